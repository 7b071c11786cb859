package quern.simd;

import static quern.numeric.Expf.HIGHEST;
import static quern.numeric.Expf.LN2_HI;
import static quern.numeric.Expf.LN2_LO;
import static quern.numeric.Expf.LOG2_E;
import static quern.numeric.Expf.LOWEST;
import static quern.numeric.Expf.Q0;
import static quern.numeric.Expf.Q1;
import static quern.numeric.Expf.Q2;
import static quern.numeric.Expf.Q3;
import static quern.numeric.Expf.Q4;
import static quern.numeric.Expf.ROUND_TO_INT;
import static quern.numeric.Expf.ROUND_TO_INT_BITS;
import static quern.simd.Species.F;
import static quern.simd.Species.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import quern.numeric.Expf;
import quern.numeric.Sigmoidf;
import quern.numeric.Tanhf;

/**
 * The steps of {@link Expf}, {@link Sigmoidf} and {@link Tanhf} in each lane. Loops call no method
 * of their own with vectors: what a compiler does not inline gets and returns objects.
 */
final class Functions {
    private static final int BIAS = 127;
    private static final int FRACTION_BITS = 23;
    private static final int SIGN_SHIFT = 31;

    private static final Loop[] SIGMOID = {
        Functions::minusAbs,
        Functions::reduce,
        Functions::series,
        Functions::scale,
        Functions::logistic,
        Functions::copy
    };

    private static final Loop[] SILU = {
        Functions::minusAbs,
        Functions::reduce,
        Functions::series,
        Functions::scale,
        Functions::logistic,
        Functions::times
    };

    private static final Loop[] EXP = {
        Functions::scaled, Functions::reduce, Functions::series, Functions::scale, Functions::copy
    };

    private static final Loop[] TANH = {
        Functions::expMinusOne, Functions::quotient, Functions::signed
    };

    private Functions() {}

    /** {@code -|x|}. */
    private static void minusAbs(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector.fromArray(F, x, at + i).abs().neg().intoArray(s.a, i);
        }
    }

    /** {@code (x - first) * second}. */
    private static void scaled(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector.fromArray(F, x, at + i).sub(s.first).mul(s.second).intoArray(s.a, i);
        }
    }

    /** Leaves r where the number was. */
    private static void reduce(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector limited = FloatVector.fromArray(F, s.a, i).max(LOWEST).min(HIGHEST);
            FloatVector near =
                    limited.fma(
                            FloatVector.broadcast(F, LOG2_E),
                            FloatVector.broadcast(F, ROUND_TO_INT));
            FloatVector count = near.sub(ROUND_TO_INT);
            FloatVector exact = count.fma(FloatVector.broadcast(F, -LN2_HI), limited);
            FloatVector r = count.fma(FloatVector.broadcast(F, -LN2_LO), exact);
            near.intoArray(s.b, i);
            count.fma(FloatVector.broadcast(F, -LN2_LO), exact.sub(r)).intoArray(s.c, i);
            r.intoArray(s.a, i);
        }
    }

    /** Leaves the exponential of r where r was. */
    private static void series(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector r = FloatVector.fromArray(F, s.a, i);
            FloatVector high = r.add(1f);
            FloatVector low = r.sub(high.sub(1f));
            FloatVector q =
                    r.fma(FloatVector.broadcast(F, Q4), FloatVector.broadcast(F, Q3))
                            .fma(r, FloatVector.broadcast(F, Q2))
                            .fma(r, FloatVector.broadcast(F, Q1))
                            .fma(r, FloatVector.broadcast(F, Q0));
            FloatVector small = r.mul(r).fma(q, FloatVector.fromArray(F, s.c, i));
            high.add(small.add(low)).intoArray(s.a, i);
        }
    }

    /** Multiplies by the power of two. */
    private static void scale(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            IntVector exponent =
                    FloatVector.fromArray(F, s.b, i).reinterpretAsInts().sub(ROUND_TO_INT_BITS);
            IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
            FloatVector one =
                    half.add(BIAS)
                            .lanewise(VectorOperators.LSHL, FRACTION_BITS)
                            .reinterpretAsFloats();
            FloatVector other =
                    exponent.sub(half)
                            .add(BIAS)
                            .lanewise(VectorOperators.LSHL, FRACTION_BITS)
                            .reinterpretAsFloats();
            FloatVector.fromArray(F, s.a, i).mul(one).mul(other).intoArray(s.a, i);
        }
    }

    /** Of {@code e = exp(-|x|)} in scratch and x the logistic function, in place of e. */
    private static void logistic(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector tail = FloatVector.fromArray(F, s.a, i);
            // All bits where x is negative; at zero both sides are the same.
            IntVector negative =
                    FloatVector.fromArray(F, x, at + i)
                            .reinterpretAsInts()
                            .lanewise(VectorOperators.ASHR, SIGN_SHIFT);
            FloatVector denominator = tail.add(1f);
            FloatVector numerator =
                    tail.reinterpretAsInts()
                            .and(negative)
                            .or(
                                    FloatVector.broadcast(F, 1f)
                                            .reinterpretAsInts()
                                            .and(negative.not()))
                            .reinterpretAsFloats();
            FloatVector q = numerator.div(denominator);
            FloatVector minus = q.neg();
            FloatVector low = tail.sub(denominator.sub(1f));
            FloatVector remainder = minus.fma(low, minus.fma(denominator, numerator));
            FloatVector reciprocal =
                    FloatVector.broadcast(F, 1f)
                            .sub(q)
                            .reinterpretAsInts()
                            .and(negative)
                            .or(q.reinterpretAsInts().and(negative.not()))
                            .reinterpretAsFloats();
            remainder.fma(reciprocal, q).intoArray(s.a, i);
        }
    }

    private static void copy(float[] x, int at, float[] y, int to, Chunk s, int n) {
        System.arraycopy(s.a, 0, y, to, n);
    }

    private static void times(float[] x, int at, float[] y, int to, Chunk s, int n) {
        Rows.mul(x, at, s.a, 0, y, to, n);
    }

    static void sigmoid(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = Loop.run(SIGMOID, LANES, x, xOffset, y, yOffset, Chunk.get(), n); i < n; i++) {
            y[yOffset + i] = Sigmoidf.sigmoid(x[xOffset + i]);
        }
    }

    static void silu(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = Loop.run(SILU, LANES, x, xOffset, y, yOffset, Chunk.get(), n); i < n; i++) {
            float v = x[xOffset + i];
            y[yOffset + i] = v * Sigmoidf.sigmoid(v);
        }
    }

    /** {@code exp((x - max) * beta)}. */
    static void exp(float[] x, int xOffset, float max, float beta, float[] y, int yOffset, int n) {
        Chunk s = Chunk.get();
        s.first = max;
        s.second = beta;
        for (int i = Loop.run(EXP, LANES, x, xOffset, y, yOffset, s, n); i < n; i++) {
            y[yOffset + i] = Expf.exp((x[xOffset + i] - max) * beta);
        }
    }

    static void tanh(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = Loop.run(TANH, LANES, x, xOffset, y, yOffset, Chunk.get(), n); i < n; i++) {
            y[yOffset + i] = Tanhf.tanh(x[xOffset + i]);
        }
    }

    /** {@code y / divisor}. */
    static void divide(float[] y, int yOffset, float divisor, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, y, yOffset + i).div(divisor).intoArray(y, yOffset + i);
        }
        for (; i < n; i++) {
            y[yOffset + i] /= divisor;
        }
    }

    /** {@code m = exp(-2|x|) - 1} and what is rounded away from it. */
    private static void expMinusOne(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(F, x, at + i).abs().min(Tanhf.HIGHEST).mul(-2f);
            FloatVector rounded =
                    v.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUND_TO_INT));
            FloatVector count = rounded.sub(ROUND_TO_INT);
            FloatVector r =
                    count.fma(
                            FloatVector.broadcast(F, -LN2_LO),
                            count.fma(FloatVector.broadcast(F, -LN2_HI), v));
            FloatVector q =
                    r.fma(FloatVector.broadcast(F, Q4), FloatVector.broadcast(F, Q3))
                            .fma(r, FloatVector.broadcast(F, Q2))
                            .fma(r, FloatVector.broadcast(F, Q1))
                            .fma(r, FloatVector.broadcast(F, Q0));
            FloatVector p = r.mul(r).fma(q, r);
            FloatVector power =
                    rounded.reinterpretAsInts()
                            .sub(ROUND_TO_INT_BITS - BIAS)
                            .lanewise(VectorOperators.LSHL, FRACTION_BITS)
                            .reinterpretAsFloats();
            FloatVector less = power.sub(1f);
            FloatVector high = power.fma(p, less);
            power.fma(p, less.sub(high)).intoArray(s.b, i);
            high.intoArray(s.a, i);
        }
    }

    /** {@code -m / (2 + m)}, corrected, in place of m. */
    private static void quotient(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector high = FloatVector.fromArray(F, s.a, i);
            FloatVector lost = FloatVector.fromArray(F, s.b, i);
            FloatVector denominator = high.add(2f);
            FloatVector low = high.sub(denominator.sub(2f)).add(lost);
            FloatVector quotient = high.neg().div(denominator);
            FloatVector minus = quotient.neg();
            FloatVector remainder = minus.fma(low, minus.fma(denominator, high.neg()).sub(lost));
            remainder.fma(quotient.add(1f).mul(0.5f), quotient).intoArray(s.a, i);
        }
    }

    private static void signed(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            IntVector sign =
                    FloatVector.fromArray(F, x, at + i).reinterpretAsInts().and(Integer.MIN_VALUE);
            FloatVector.fromArray(F, s.a, i)
                    .reinterpretAsInts()
                    .and(Integer.MAX_VALUE)
                    .or(sign)
                    .reinterpretAsFloats()
                    .intoArray(y, to + i);
        }
    }
}

package quern.simd;

import static quern.simd.Species.B;
import static quern.simd.Species.F;
import static quern.simd.Species.I;
import static quern.simd.Species.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import quern.fixedpoint.RoundingMode;
import quern.numeric.Expf;
import quern.runtime.micro.Factors;

/** Accumulators of one pixel to codes, as {@link Factors#run} makes them. */
final class CodeRows {
    private static final int SIGN_SHIFT = 31;

    /** Vectors of bytes have at least so many lanes. */
    static final int FEWEST = 8;

    private CodeRows() {}

    /** Whether there are loops for a mode and this width of vectors. */
    static boolean has(RoundingMode mode) {
        return LANES >= FEWEST && mode != RoundingMode.SINGLE;
    }

    /**
     * {@code n} accumulators from {@code at} on, whole vectors; the factors of the first are those
     * at {@code c}.
     */
    static void run(int[] acc, int at, int n, Factors f, int c, byte[] y, int to) {
        boolean one = f.step() == 0;
        if (f.mode() == RoundingMode.DOUBLE) {
            if (one) {
                one(acc, at, n, f, y, to);
            } else {
                each(acc, at, n, f, c, y, to);
            }
        } else if (one) {
            evenByOne(acc, at, n, f, y, to);
        } else {
            even(acc, at, n, f, c, y, to);
        }
    }

    private static void even(int[] acc, int at, int n, Factors f, int c, byte[] y, int to) {
        float low = f.min() - f.zero();
        float high = f.max() - f.zero();
        float[] scale = f.scale();
        for (int i = 0; i < n; i += LANES) {
            IntVector.fromArray(I, acc, at + i)
                    .convert(VectorOperators.I2F, 0)
                    .reinterpretAsFloats()
                    .mul(FloatVector.fromArray(F, scale, c + i))
                    .max(low)
                    .min(high)
                    .add(Expf.ROUND_TO_INT)
                    .reinterpretAsInts()
                    .sub(Expf.ROUND_TO_INT_BITS - f.zero())
                    .convertShape(VectorOperators.I2B, B, 0)
                    .reinterpretAsBytes()
                    .intoArray(y, to + i);
        }
    }

    private static void evenByOne(int[] acc, int at, int n, Factors f, byte[] y, int to) {
        float low = f.min() - f.zero();
        float high = f.max() - f.zero();
        float scale = f.scale()[0];
        for (int i = 0; i < n; i += LANES) {
            IntVector.fromArray(I, acc, at + i)
                    .convert(VectorOperators.I2F, 0)
                    .reinterpretAsFloats()
                    .mul(scale)
                    .max(low)
                    .min(high)
                    .add(Expf.ROUND_TO_INT)
                    .reinterpretAsInts()
                    .sub(Expf.ROUND_TO_INT_BITS - f.zero())
                    .convertShape(VectorOperators.I2B, B, 0)
                    .reinterpretAsBytes()
                    .intoArray(y, to + i);
        }
    }

    private static void each(int[] acc, int at, int n, Factors f, int c, byte[] y, int to) {
        int[] mantissa = f.mantissa();
        for (int i = 0; i < n; i++) {
            acc[at + i] = (int) (((long) acc[at + i] * mantissa[c + i] + (1L << 30)) >> 31);
        }
        for (int i = 0; i < n; i += LANES) {
            IntVector v = IntVector.fromArray(I, acc, at + i);
            IntVector r = IntVector.fromArray(I, f.right(), c + i);
            v.sub(v.lanewise(VectorOperators.LSHR, SIGN_SHIFT))
                    .lanewise(VectorOperators.ASHR, r.sub(1))
                    .add(1)
                    .lanewise(VectorOperators.ASHR, 1)
                    .max(f.min() - f.zero())
                    .min(f.max() - f.zero())
                    .add(f.zero())
                    .convertShape(VectorOperators.I2B, B, 0)
                    .reinterpretAsBytes()
                    .intoArray(y, to + i);
        }
    }

    private static void one(int[] acc, int at, int n, Factors f, byte[] y, int to) {
        long m = f.mantissa()[0];
        for (int i = 0; i < n; i++) {
            acc[at + i] = (int) ((acc[at + i] * m + (1L << 30)) >> 31);
        }
        int r = f.right()[0] - 1;
        for (int i = 0; i < n; i += LANES) {
            IntVector v = IntVector.fromArray(I, acc, at + i);
            v.sub(v.lanewise(VectorOperators.LSHR, SIGN_SHIFT))
                    .lanewise(VectorOperators.ASHR, r)
                    .add(1)
                    .lanewise(VectorOperators.ASHR, 1)
                    .max(f.min() - f.zero())
                    .min(f.max() - f.zero())
                    .add(f.zero())
                    .convertShape(VectorOperators.I2B, B, 0)
                    .reinterpretAsBytes()
                    .intoArray(y, to + i);
        }
    }
}

package quern.simd;

import static quern.simd.Species.D;
import static quern.simd.Species.H;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import quern.numeric.Erff;
import quern.numeric.Wide;

/** The steps of {@link Erff#gelu} in each lane. */
final class Gelus {
    /** Adding 1.5 * 2^52 leaves the nearest integer, ties to even, in the low bits. */
    private static final double ROUND = 0x1.8p52;

    private static final long ROUND_BITS = Double.doubleToRawLongBits(ROUND);
    private static final int FRACTION_BITS = 52;
    private static final int BIAS = 1023;
    private static final int SIGN_SHIFT = 63;
    private static final int LANES = D.length();

    private static final Loop[] GELU = {
        Gelus::distance, Gelus::exp, Gelus::polynomial, Gelus::shares
    };

    private Gelus() {}

    static void gelu(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = Loop.run(GELU, LANES, x, xOffset, y, yOffset, Chunk.get(), n); i < n; i++) {
            y[yOffset + i] = Erff.gelu(x[xOffset + i]);
        }
    }

    /** {@code |x| / sqrt(2)}, limited: beyond the limit erfc counts as zero. */
    private static void distance(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            ((DoubleVector)
                            FloatVector.fromArray(H, x, at + i)
                                    .convertShape(VectorOperators.F2D, D, 0))
                    .abs()
                    .mul(Erff.SQRT_HALF)
                    .min(Erff.LARGEST)
                    .intoArray(s.d, i);
        }
    }

    /** {@code exp(-z^2)} as {@link Wide} has it. */
    private static void exp(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            DoubleVector z = DoubleVector.fromArray(D, s.d, i);
            DoubleVector power = z.mul(z).neg();
            DoubleVector rounded = power.mul(Wide.LOG2_E).add(ROUND);
            DoubleVector count = rounded.sub(ROUND);
            DoubleVector r = power.sub(count.mul(Wide.LN2_HI)).sub(count.mul(Wide.LN2_LO));
            DoubleVector p = r.mul(Wide.E11).add(Wide.E10);
            p = p.mul(r).add(Wide.E9);
            p = p.mul(r).add(Wide.E8);
            p = p.mul(r).add(Wide.E7);
            p = p.mul(r).add(Wide.E6);
            p = p.mul(r).add(Wide.E5);
            p = p.mul(r).add(Wide.E4);
            p = p.mul(r).add(Wide.E3);
            p = p.mul(r).add(Wide.E2);
            DoubleVector series = r.add(r.mul(r).mul(p));
            LongVector exponent = rounded.reinterpretAsLongs().sub(ROUND_BITS).add(BIAS);
            DoubleVector scale =
                    exponent.lanewise(VectorOperators.LSHL, FRACTION_BITS).reinterpretAsDoubles();
            scale.add(scale.mul(series)).intoArray(s.e, i);
        }
    }

    /** Multiplies by the polynomial of erfc. */
    private static void polynomial(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(D, s.d, i);
            DoubleVector t = v.sub(3).div(v.add(3));
            DoubleVector p = t.mul(Erff.P12).add(Erff.P11);
            p = p.mul(t).add(Erff.P10);
            p = p.mul(t).add(Erff.P9);
            p = p.mul(t).add(Erff.P8);
            p = p.mul(t).add(Erff.P7);
            p = p.mul(t).add(Erff.P6);
            p = p.mul(t).add(Erff.P5);
            p = p.mul(t).add(Erff.P4);
            p = p.mul(t).add(Erff.P3);
            p = p.mul(t).add(Erff.P2);
            p = p.mul(t).add(Erff.P1);
            p = p.mul(t).add(Erff.P0);
            DoubleVector.fromArray(D, s.e, i).mul(p).intoArray(s.e, i);
        }
    }

    /** {@code x} times the probability that a standard normal variable is below it. */
    private static void shares(float[] x, int at, float[] y, int to, Chunk s, int n) {
        for (int i = 0; i < n; i += LANES) {
            DoubleVector v =
                    (DoubleVector)
                            FloatVector.fromArray(H, x, at + i)
                                    .convertShape(VectorOperators.F2D, D, 0);
            // All bits where z is below the limit, where x is negative.
            LongVector counts =
                    DoubleVector.fromArray(D, s.d, i)
                            .sub(Erff.LARGEST)
                            .reinterpretAsLongs()
                            .lanewise(VectorOperators.ASHR, SIGN_SHIFT);
            LongVector negative = v.reinterpretAsLongs().lanewise(VectorOperators.ASHR, SIGN_SHIFT);
            LongVector tail =
                    DoubleVector.fromArray(D, s.e, i).mul(0.5).reinterpretAsLongs().and(counts);
            LongVector rest = tail.reinterpretAsDoubles().neg().add(1).reinterpretAsLongs();
            DoubleVector share =
                    tail.and(negative).or(rest.and(negative.not())).reinterpretAsDoubles();
            ((FloatVector) v.mul(share).convertShape(VectorOperators.D2F, H, 0))
                    .intoArray(y, to + i);
        }
    }
}

package quern.simd;

import static quern.simd.Species.B;
import static quern.simd.Species.F;
import static quern.simd.Species.I;
import static quern.simd.Species.LANES;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import quern.numeric.Expf;

/** Element by element over rows. */
final class Rows {
    private static final int FEWEST_BYTES = 8;
    private static final int BYTES = 16;
    private static final int SIGN_SHIFT = 31;
    private static final int INFINITY = 0x7F800000;
    private static final int PIECE = 1 << 12;

    private Rows() {}

    static void clamp(
            float[] x, int xOffset, float low, float high, float[] y, int yOffset, int n) {
        FloatVector lows = FloatVector.broadcast(F, low);
        FloatVector highs = FloatVector.broadcast(F, high);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, x, xOffset + i).max(lows).min(highs).intoArray(y, yOffset + i);
        }
        for (; i < n; i++) {
            y[yOffset + i] = Math.min(Math.max(x[xOffset + i], low), high);
        }
    }

    /** Both operands element by element. */
    static void add(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, a, aOffset + i)
                    .add(FloatVector.fromArray(F, b, bOffset + i))
                    .intoArray(y, yOffset + i);
        }
        for (; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] + b[bOffset + i];
        }
    }

    static void mul(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, a, aOffset + i)
                    .mul(FloatVector.fromArray(F, b, bOffset + i))
                    .intoArray(y, yOffset + i);
        }
        for (; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] * b[bOffset + i];
        }
    }

    static void addNumber(float[] a, int aOffset, float b, float[] y, int yOffset, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, a, aOffset + i).add(b).intoArray(y, yOffset + i);
        }
        for (; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] + b;
        }
    }

    static void mulNumber(float[] a, int aOffset, float b, float[] y, int yOffset, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, a, aOffset + i).mul(b).intoArray(y, yOffset + i);
        }
        for (; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] * b;
        }
    }

    static void sum(float[] x, int xOffset, float[] acc, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, acc, i)
                    .add(FloatVector.fromArray(F, x, xOffset + i))
                    .intoArray(acc, i);
        }
        for (; i < n; i++) {
            acc[i] += x[xOffset + i];
        }
    }

    /** The last vector overlaps the one before. */
    static void max(float[] x, int xOffset, float[] acc, int n) {
        if (n < LANES) {
            for (int i = 0; i < n; i++) {
                acc[i] = Math.max(acc[i], x[xOffset + i]);
            }
            return;
        }
        for (int i = 0; i < n; i += LANES) {
            int at = Math.min(i, n - LANES);
            FloatVector.fromArray(F, acc, at)
                    .max(FloatVector.fromArray(F, x, xOffset + at))
                    .intoArray(acc, at);
        }
    }

    /** Chosen elements, a vector of them at least; the last vector overlaps the one before. */
    static void gather(float[] x, int from, int[] places, float[] y, int to) {
        int n = places.length;
        for (int i = 0; i < n; i += LANES) {
            int at = Math.min(i, n - LANES);
            FloatVector.fromArray(F, x, from, places, at).intoArray(y, to + at);
        }
    }

    /** The larger codes; the last vector overlaps the one before. */
    static void maxCodes(byte[] x, int xOffset, int flip, byte[] y, int yOffset, int n) {
        if (n < BYTES) {
            for (int i = 0; i < n; i++) {
                int larger =
                        Math.max((byte) (x[xOffset + i] ^ flip), (byte) (y[yOffset + i] ^ flip));
                y[yOffset + i] = (byte) (larger ^ flip);
            }
            return;
        }
        for (int i = 0; i < n; i += BYTES) {
            int at = Math.min(i, n - BYTES);
            ByteVector a = ByteVector.fromArray(ByteVector.SPECIES_128, x, xOffset + at);
            ByteVector b = ByteVector.fromArray(ByteVector.SPECIES_128, y, yOffset + at);
            a.lanewise(VectorOperators.XOR, (byte) flip)
                    .max(b.lanewise(VectorOperators.XOR, (byte) flip))
                    .lanewise(VectorOperators.XOR, (byte) flip)
                    .intoArray(y, yOffset + at);
        }
    }

    /** {@code clamp(rint(fma(a, aRatio, fma(b, bRatio, constant))), min, max)}; whole vectors. */
    static void addCodes(
            byte[] a,
            int aOffset,
            int aMask,
            float aRatio,
            byte[] b,
            int bOffset,
            int bMask,
            float bRatio,
            float constant,
            int min,
            int max,
            byte[] y,
            int yOffset,
            int n) {
        FloatVector aRatios = FloatVector.broadcast(F, aRatio);
        FloatVector bRatios = FloatVector.broadcast(F, bRatio);
        FloatVector constants = FloatVector.broadcast(F, constant);
        for (int i = 0; i < n; i += LANES) {
            FloatVector p =
                    ByteVector.fromArray(B, a, aOffset + i)
                            .convertShape(VectorOperators.B2I, I, 0)
                            .reinterpretAsInts()
                            .and(aMask)
                            .convert(VectorOperators.I2F, 0)
                            .reinterpretAsFloats();
            FloatVector q =
                    ByteVector.fromArray(B, b, bOffset + i)
                            .convertShape(VectorOperators.B2I, I, 0)
                            .reinterpretAsInts()
                            .and(bMask)
                            .convert(VectorOperators.I2F, 0)
                            .reinterpretAsFloats();
            p.fma(aRatios, q.fma(bRatios, constants))
                    .max(min)
                    .min(max)
                    .add(Expf.ROUND_TO_INT)
                    .reinterpretAsInts()
                    .sub(Expf.ROUND_TO_INT_BITS)
                    .convertShape(VectorOperators.I2B, B, 0)
                    .reinterpretAsBytes()
                    .intoArray(y, yOffset + i);
        }
    }

    /** Numbers to codes; NaN gives the least code. Whole vectors. */
    static void quantize(
            float[] x,
            int xOffset,
            float scale,
            int zero,
            int min,
            int max,
            byte[] y,
            int yOffset,
            int n) {
        float low = min - zero;
        float high = max - zero;
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(F, x, xOffset + i).div(scale);
            // All bits where v is NaN.
            IntVector nan =
                    IntVector.broadcast(I, INFINITY)
                            .sub(v.reinterpretAsInts().and(Integer.MAX_VALUE))
                            .lanewise(VectorOperators.ASHR, SIGN_SHIFT);
            v.max(low)
                    .min(high)
                    .add(Expf.ROUND_TO_INT)
                    .reinterpretAsInts()
                    .sub(Expf.ROUND_TO_INT_BITS - zero)
                    .and(nan.not())
                    .or(nan.and(min))
                    .convertShape(VectorOperators.I2B, B, 0)
                    .reinterpretAsBytes()
                    .intoArray(y, yOffset + i);
        }
    }

    /** The least of whole vectors of numbers and 0; NaN if one is. */
    static float least(float[] x, int at, int n) {
        FloatVector a = FloatVector.zero(F);
        FloatVector b = FloatVector.zero(F);
        FloatVector c = FloatVector.zero(F);
        FloatVector d = FloatVector.zero(F);
        int i = 0;
        for (; i <= n - 4 * LANES; i += 4 * LANES) {
            a = a.min(FloatVector.fromArray(F, x, at + i));
            b = b.min(FloatVector.fromArray(F, x, at + i + LANES));
            c = c.min(FloatVector.fromArray(F, x, at + i + 2 * LANES));
            d = d.min(FloatVector.fromArray(F, x, at + i + 3 * LANES));
        }
        for (; i < n; i += LANES) {
            a = a.min(FloatVector.fromArray(F, x, at + i));
        }
        return a.min(b).min(c.min(d)).reduceLanes(VectorOperators.MIN);
    }

    /** The largest of whole vectors of numbers and 0; NaN if one is. */
    static float largest(float[] x, int at, int n) {
        FloatVector a = FloatVector.zero(F);
        FloatVector b = FloatVector.zero(F);
        FloatVector c = FloatVector.zero(F);
        FloatVector d = FloatVector.zero(F);
        int i = 0;
        for (; i <= n - 4 * LANES; i += 4 * LANES) {
            a = a.max(FloatVector.fromArray(F, x, at + i));
            b = b.max(FloatVector.fromArray(F, x, at + i + LANES));
            c = c.max(FloatVector.fromArray(F, x, at + i + 2 * LANES));
            d = d.max(FloatVector.fromArray(F, x, at + i + 3 * LANES));
        }
        for (; i < n; i += LANES) {
            a = a.max(FloatVector.fromArray(F, x, at + i));
        }
        return a.max(b).max(c.max(d)).reduceLanes(VectorOperators.MAX);
    }

    static void widen(byte[] x, int xOffset, int mask, int zero, float[] y, int yOffset, int n) {
        int i = 0;
        if (LANES >= FEWEST_BYTES) {
            IntVector masks = IntVector.broadcast(I, mask);
            for (; i <= n - LANES; i += LANES) {
                ByteVector.fromArray(B, x, xOffset + i)
                        .convertShape(VectorOperators.B2I, I, 0)
                        .reinterpretAsInts()
                        .and(masks)
                        .sub(zero)
                        .convert(VectorOperators.I2F, 0)
                        .reinterpretAsFloats()
                        .intoArray(y, yOffset + i);
            }
        }
        for (; i < n; i++) {
            y[yOffset + i] = (x[xOffset + i] & mask) - zero;
        }
    }

    /** The number to which {@link Expf#ROUND_TO_INT} was added, a whole one below 2^22. */
    static IntVector whole(FloatVector shifted) {
        return shifted.reinterpretAsInts().sub(Expf.ROUND_TO_INT_BITS);
    }

    /**
     * JDK 17 has no vector code for the conversion: numbers are taken apart into two small ones.
     */
    static void addWhole(float[] x, int xOffset, int[] acc, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(F, x, xOffset + i);
            FloatVector high = v.mul(1f / PIECE).add(Expf.ROUND_TO_INT);
            FloatVector rest = high.sub(Expf.ROUND_TO_INT).mul(PIECE);
            whole(high)
                    .mul(PIECE)
                    .add(whole(v.sub(rest).add(Expf.ROUND_TO_INT)))
                    .add(IntVector.fromArray(I, acc, i))
                    .intoArray(acc, i);
        }
        for (; i < n; i++) {
            acc[i] += (int) x[xOffset + i];
        }
    }
}

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

    static void max(float[] x, int xOffset, float[] acc, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, acc, i)
                    .max(FloatVector.fromArray(F, x, xOffset + i))
                    .intoArray(acc, i);
        }
        for (; i < n; i++) {
            acc[i] = Math.max(acc[i], x[xOffset + i]);
        }
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

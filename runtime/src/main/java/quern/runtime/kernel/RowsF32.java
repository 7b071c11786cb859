package quern.runtime.kernel;

import quern.op.BinaryMath;

/** Rows of {@link BinaryF32}, with {@code a} and {@code b} at their steps. */
final class RowsF32 {
    private RowsF32() {}

    /** The first minus the second. */
    static void difference(
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bStep,
            float[] y,
            int yOffset,
            int n) {
        if (aStep == 1 && bStep == 1) {
            for (int i = 0; i < n; i++) {
                y[yOffset + i] = a[aOffset + i] - b[bOffset + i];
            }
        } else if (aStep == 1 && n > 0) {
            float second = b[bOffset];
            for (int i = 0; i < n; i++) {
                y[yOffset + i] = a[aOffset + i] - second;
            }
        } else {
            for (int i = 0; i < n; i++) {
                y[yOffset + i] = a[aOffset + i * aStep] - b[bOffset + i * bStep];
            }
        }
    }

    /** The first divided by the second. */
    static void quotient(
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bStep,
            float[] y,
            int yOffset,
            int n) {
        if (aStep == 1 && bStep == 1) {
            for (int i = 0; i < n; i++) {
                y[yOffset + i] = a[aOffset + i] / b[bOffset + i];
            }
        } else if (aStep == 1 && n > 0) {
            float second = b[bOffset];
            for (int i = 0; i < n; i++) {
                y[yOffset + i] = a[aOffset + i] / second;
            }
        } else {
            for (int i = 0; i < n; i++) {
                y[yOffset + i] = a[aOffset + i * aStep] / b[bOffset + i * bStep];
            }
        }
    }

    /** A function of two numbers. */
    static BinaryF32.Row of(BinaryMath f) {
        return (a, aOffset, aStep, b, bOffset, bStep, y, yOffset, n) -> {
            for (int i = 0; i < n; i++) {
                y[yOffset + i] = f.apply(a[aOffset + i * aStep], b[bOffset + i * bStep]);
            }
        };
    }

    /** The larger. */
    static void maximum(
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bStep,
            float[] y,
            int yOffset,
            int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = Math.max(a[aOffset + i * aStep], b[bOffset + i * bStep]);
        }
    }

    /** The smaller. */
    static void minimum(
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bStep,
            float[] y,
            int yOffset,
            int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = Math.min(a[aOffset + i * aStep], b[bOffset + i * bStep]);
        }
    }

    /** The first where it is not negative, else the first times the second. */
    static void leaky(
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bStep,
            float[] y,
            int yOffset,
            int n) {
        for (int i = 0; i < n; i++) {
            float x = a[aOffset + i * aStep];
            y[yOffset + i] = x >= 0 ? x : x * b[bOffset + i * bStep];
        }
    }
}

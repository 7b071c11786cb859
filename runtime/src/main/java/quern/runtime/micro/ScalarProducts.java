package quern.runtime.micro;

import quern.numeric.Fma;

/**
 * Rows of weights times numbers, added to a row of accumulators.
 *
 * <p>C2 turns a loop over floats or ints into vector code if every array of its type is read and
 * written at the same index: hence weight rows and accumulators that are arrays of their own, and
 * loops over several weight rows in methods of their own.
 */
final class ScalarProducts {
    private ScalarProducts() {}

    static void axpyF32(
            float x0,
            float[] w0,
            float x1,
            float[] w1,
            float x2,
            float[] w2,
            float x3,
            float[] w3,
            float[] acc,
            int n) {
        for (int c = 0; c < n; c++) {
            float a = Fma.fma(x1, w1[c], Fma.fma(x0, w0[c], acc[c]));
            acc[c] = Fma.fma(x3, w3[c], Fma.fma(x2, w2[c], a));
        }
    }

    static void axpyF32(float x, float[] w, float[] acc, int n) {
        for (int c = 0; c < n; c++) {
            acc[c] = Fma.fma(x, w[c], acc[c]);
        }
    }

    static void axpyS32(
            int x0,
            int[] w0,
            int x1,
            int[] w1,
            int x2,
            int[] w2,
            int x3,
            int[] w3,
            int[] acc,
            int n) {
        for (int c = 0; c < n; c++) {
            acc[c] += x0 * w0[c] + x1 * w1[c] + x2 * w2[c] + x3 * w3[c];
        }
    }

    static void axpyS32(int x, int[] w, int[] acc, int n) {
        for (int c = 0; c < n; c++) {
            acc[c] += x * w[c];
        }
    }

    static void multiplyAdd(
            float[] x0,
            float[] w0,
            float[] x1,
            float[] w1,
            float[] x2,
            float[] w2,
            float[] acc,
            int n) {
        for (int i = 0; i < n; i++) {
            acc[i] = Fma.fma(x2[i], w2[i], Fma.fma(x1[i], w1[i], Fma.fma(x0[i], w0[i], acc[i])));
        }
    }

    static void multiplyAdd(float[] x, float[] w, float[] acc, int n) {
        for (int i = 0; i < n; i++) {
            acc[i] = Fma.fma(x[i], w[i], acc[i]);
        }
    }

    static void multiplyAdd(
            int[] x0, int[] w0, int[] x1, int[] w1, int[] x2, int[] w2, int[] acc, int n) {
        for (int i = 0; i < n; i++) {
            acc[i] += x0[i] * w0[i] + x1[i] * w1[i] + x2[i] * w2[i];
        }
    }

    static void multiplyAdd(int[] x, int[] w, int[] acc, int n) {
        for (int i = 0; i < n; i++) {
            acc[i] += x[i] * w[i];
        }
    }
}

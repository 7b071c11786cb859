package quern.runtime.micro;

import quern.numeric.Erff;
import quern.numeric.Expf;
import quern.numeric.Fma;
import quern.numeric.Sigmoidf;
import quern.numeric.Tanhf;
import quern.numeric.TreeSum;

/** Plain loops for any JVM. */
public final class ScalarMicrokernels implements Microkernels {
    private static final int CODES = 256;

    @Override
    public String tier() {
        return "scalar";
    }

    @Override
    public void gemvF32(
            float[] x, int xOffset, int count, float[][] w, int row, float[] acc, int n) {
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            int at = xOffset + i;
            int k = row + i;
            ScalarProducts.axpyF32(
                    x[at], w[k], x[at + 1], w[k + 1], x[at + 2], w[k + 2], x[at + 3], w[k + 3], acc,
                    n);
        }
        for (; i < count; i++) {
            ScalarProducts.axpyF32(x[xOffset + i], w[row + i], acc, n);
        }
    }

    @Override
    public void gemvS8S32(
            byte[] x,
            int xOffset,
            int count,
            int mask,
            int zero,
            int[][] w,
            int row,
            int[] acc,
            int n) {
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            int at = xOffset + i;
            int k = row + i;
            ScalarProducts.axpyS32(
                    (x[at] & mask) - zero,
                    w[k],
                    (x[at + 1] & mask) - zero,
                    w[k + 1],
                    (x[at + 2] & mask) - zero,
                    w[k + 2],
                    (x[at + 3] & mask) - zero,
                    w[k + 3],
                    acc,
                    n);
        }
        for (; i < count; i++) {
            ScalarProducts.axpyS32((x[xOffset + i] & mask) - zero, w[row + i], acc, n);
        }
    }

    @Override
    public void depthwiseF32(
            float[][] x, int first, int taps, float[][] w, int row, float[] acc, int n) {
        int t = 0;
        for (; t + 3 <= taps; t += 3) {
            int a = first + t;
            int b = row + t;
            ScalarProducts.multiplyAdd(x[a], w[b], x[a + 1], w[b + 1], x[a + 2], w[b + 2], acc, n);
        }
        for (; t < taps; t++) {
            ScalarProducts.multiplyAdd(x[first + t], w[row + t], acc, n);
        }
    }

    @Override
    public void depthwiseS32(int[][] x, int first, int taps, int[][] w, int row, int[] acc, int n) {
        int t = 0;
        for (; t + 3 <= taps; t += 3) {
            int a = first + t;
            int b = row + t;
            ScalarProducts.multiplyAdd(x[a], w[b], x[a + 1], w[b + 1], x[a + 2], w[b + 2], acc, n);
        }
        for (; t < taps; t++) {
            ScalarProducts.multiplyAdd(x[first + t], w[row + t], acc, n);
        }
    }

    @Override
    public void widenS8S32(byte[] x, int xOffset, int mask, int zero, int[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = (x[xOffset + i] & mask) - zero;
        }
    }

    @Override
    public void widenS8F32(
            byte[] x, int xOffset, int mask, int zero, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = (x[xOffset + i] & mask) - zero;
        }
    }

    @Override
    public void addWholeS32(float[] x, int xOffset, int[] acc, int n) {
        for (int i = 0; i < n; i++) {
            acc[i] += (int) x[xOffset + i];
        }
    }

    @Override
    public void requantizeDouble(
            int[] acc,
            int n,
            int[] mantissa,
            int[] right,
            int channel,
            int step,
            int zero,
            int min,
            int max,
            byte[] y,
            int yOffset) {
        ScalarRequantize.fixedDouble(
                acc, n, mantissa, right, channel, step, zero, min, max, y, yOffset);
    }

    @Override
    public void requantizeSingle(
            int[] acc,
            int n,
            int[] mantissa,
            int[] right,
            int channel,
            int step,
            int zero,
            int min,
            int max,
            byte[] y,
            int yOffset) {
        ScalarRequantize.fixedSingle(
                acc, n, mantissa, right, channel, step, zero, min, max, y, yOffset);
    }

    @Override
    public void requantizeFloatEven(
            int[] acc,
            int n,
            float[] scale,
            int channel,
            int step,
            int zero,
            int min,
            int max,
            byte[] y,
            int yOffset) {
        ScalarRequantize.floatEven(acc, n, scale, channel, step, zero, min, max, y, yOffset);
    }

    @Override
    public void codes(
            int[] acc,
            int width,
            Factors factors,
            int channel,
            Walk walk,
            int first,
            int count,
            byte[] y,
            int yOffset,
            int n) {
        RowCodes.run(this, acc, width, factors, channel, walk, first, count, y, yOffset, n);
    }

    @Override
    public void clampF32(
            float[] x, int xOffset, float low, float high, float[] y, int yOffset, int n) {
        if (low == Float.NEGATIVE_INFINITY && high == Float.POSITIVE_INFINITY) {
            System.arraycopy(x, xOffset, y, yOffset, n);
        } else {
            for (int i = 0; i < n; i++) {
                y[yOffset + i] = Math.min(Math.max(x[xOffset + i], low), high);
            }
        }
    }

    @Override
    public void addF32(
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
            y[yOffset + i] = a[aOffset + i * aStep] + b[bOffset + i * bStep];
        }
    }

    @Override
    public void mulF32(
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
            y[yOffset + i] = a[aOffset + i * aStep] * b[bOffset + i * bStep];
        }
    }

    @Override
    public void addS8S32(
            byte[] a,
            int aOffset,
            int aStep,
            int[] aTerms,
            byte[] b,
            int bOffset,
            int bStep,
            int[] bTerms,
            int[] acc,
            int n) {
        for (int i = 0; i < n; i++) {
            acc[i] = aTerms[a[aOffset + i * aStep] & 0xFF] + bTerms[b[bOffset + i * bStep] & 0xFF];
        }
    }

    @Override
    public void mulS8S32(
            byte[] a,
            int aOffset,
            int aStep,
            int[] aTerms,
            byte[] b,
            int bOffset,
            int bStep,
            int[] bTerms,
            int[] acc,
            int n) {
        for (int i = 0; i < n; i++) {
            acc[i] = aTerms[a[aOffset + i * aStep] & 0xFF] * bTerms[b[bOffset + i * bStep] & 0xFF];
        }
    }

    @Override
    public void addS8FloatEven(
            byte[] a,
            int aOffset,
            int aStep,
            int aMask,
            float aRatio,
            byte[] b,
            int bOffset,
            int bStep,
            int bMask,
            float bRatio,
            float constant,
            int min,
            int max,
            byte[] y,
            int yOffset,
            int n) {
        for (int i = 0; i < n; i++) {
            float p = a[aOffset + i * aStep] & aMask;
            float q = b[bOffset + i * bStep] & bMask;
            float v = Fma.fma(p, aRatio, Fma.fma(q, bRatio, constant));
            y[yOffset + i] = (byte) Math.min(Math.max((int) Math.rint(v), min), max);
        }
    }

    @Override
    public void requantizeZeroInside(
            int[] acc, int n, float ratio, int zero, int min, int max, byte[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            float v = (float) acc[i] * ratio + zero;
            y[yOffset + i] = (byte) Math.min(Math.max((int) Math.rint(v), min), max);
        }
    }

    @Override
    public void gatherF32(
            float[] x, int xOffset, int step, int[] places, float[] y, int yOffset, int rows) {
        Every.places(x, xOffset, step, places, y, yOffset, rows);
    }

    @Override
    public void everyF32(float[] x, int xOffset, int step, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = x[xOffset + i * step];
        }
    }

    @Override
    public void everyS8(byte[] x, int xOffset, int step, byte[] y, int yOffset, int n) {
        int pairs = step == 2 ? Every.secondByte(x, xOffset, y, yOffset, n) : 0;
        for (int i = pairs; i < n; i++) {
            y[yOffset + i] = x[xOffset + i * step];
        }
    }

    private static void requireCodes(int length) {
        if (length != CODES) {
            throw new IllegalArgumentException("a table has 256 places, not " + length);
        }
    }

    @Override
    public void lookupS8(byte[] x, int xOffset, byte[] table, byte[] y, int yOffset, int n) {
        // A length that is known spares a check for each element.
        requireCodes(table.length);
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = table[x[xOffset + i] & 0xFF];
        }
    }

    @Override
    public void lookupS8F32(byte[] x, int xOffset, float[] table, float[] y, int yOffset, int n) {
        requireCodes(table.length);
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = table[x[xOffset + i] & 0xFF];
        }
    }

    @Override
    public void sumF32(float[] x, int xOffset, float[] acc, int n) {
        for (int c = 0; c < n; c++) {
            acc[c] += x[xOffset + c];
        }
    }

    @Override
    public void sumS8S32(byte[] x, int xOffset, int mask, int[] acc, int n) {
        for (int c = 0; c < n; c++) {
            acc[c] += x[xOffset + c] & mask;
        }
    }

    @Override
    public void maxF32(float[] x, int xOffset, float[] acc, int n) {
        for (int c = 0; c < n; c++) {
            acc[c] = Math.max(acc[c], x[xOffset + c]);
        }
    }

    @Override
    public void maxS8(byte[] x, int xOffset, int flip, byte[] y, int yOffset, int n) {
        for (int c = 0; c < n; c++) {
            int larger = Math.max((byte) (x[xOffset + c] ^ flip), (byte) (y[yOffset + c] ^ flip));
            y[yOffset + c] = (byte) (larger ^ flip);
        }
    }

    @Override
    public void quantizeF32S8(
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
        for (int i = 0; i < n; i++) {
            float v = x[xOffset + i] / scale;
            v = v > low ? v : low;
            v = v < high ? v : high;
            int whole = (int) (v + Expf.ROUND_TO_INT - Expf.ROUND_TO_INT);
            y[yOffset + i] = (byte) (whole + zero);
        }
    }

    @Override
    public float leastF32(float[] x, int xOffset, int n) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = xOffset;
        for (; i + 4 <= xOffset + n; i += 4) {
            a = x[i] < a ? x[i] : a;
            b = x[i + 1] < b ? x[i + 1] : b;
            c = x[i + 2] < c ? x[i + 2] : c;
            d = x[i + 3] < d ? x[i + 3] : d;
        }
        for (; i < xOffset + n; i++) {
            a = x[i] < a ? x[i] : a;
        }
        return Math.min(Math.min(a, b), Math.min(c, d));
    }

    @Override
    public float largestF32(float[] x, int xOffset, int n) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = xOffset;
        for (; i + 4 <= xOffset + n; i += 4) {
            a = x[i] > a ? x[i] : a;
            b = x[i + 1] > b ? x[i + 1] : b;
            c = x[i + 2] > c ? x[i + 2] : c;
            d = x[i + 3] > d ? x[i + 3] : d;
        }
        for (; i < xOffset + n; i++) {
            a = x[i] > a ? x[i] : a;
        }
        return Math.max(Math.max(a, b), Math.max(c, d));
    }

    @Override
    public void sigmoidF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = Sigmoidf.sigmoid(x[xOffset + i]);
        }
    }

    @Override
    public void expF32(
            float[] x, int xOffset, float first, float second, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = Expf.exp((x[xOffset + i] - first) * second);
        }
    }

    @Override
    public void tanhF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = Tanhf.tanh(x[xOffset + i]);
        }
    }

    @Override
    public void geluF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = Erff.gelu(x[xOffset + i]);
        }
    }

    @Override
    public void siluF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            float v = x[xOffset + i];
            y[yOffset + i] = v * Sigmoidf.sigmoid(v);
        }
    }

    @Override
    public void layerNormF32(
            float[] x,
            int xOffset,
            int n,
            float epsilon,
            float[] scale,
            int scaleOffset,
            float[] offset,
            int offsetOffset,
            float[] y,
            int yOffset) {
        float mean = ScalarSums.sum(x, xOffset, n) / n;
        float variance = ScalarSums.sumOfSquares(x, xOffset, n, mean) / n;
        float inverse = 1 / (float) Math.sqrt(variance + epsilon);
        for (int i = 0; i < n; i++) {
            float normal = (x[xOffset + i] - mean) * inverse;
            y[yOffset + i] = normal * scale[scaleOffset + i] + offset[offsetOffset + i];
        }
    }

    @Override
    public void softmaxF32(
            float[] x, int xOffset, int stride, int n, float beta, float[] y, int yOffset) {
        float max = TreeSum.max(x, xOffset, stride, n);
        for (int i = 0; i < n; i++) {
            y[yOffset + i * stride] = Expf.exp((x[xOffset + i * stride] - max) * beta);
        }
        float sum =
                stride == 1 ? ScalarSums.sum(y, yOffset, n) : TreeSum.sum(y, yOffset, stride, n);
        for (int i = 0; i < n; i++) {
            y[yOffset + i * stride] /= sum;
        }
    }
}

package quern.runtime.micro;

/** The inner loops of another tier under another name: a tier overrides those that it speeds up. */
public abstract class OverMicrokernels implements Microkernels {
    private final Microkernels below;

    /** Takes everything from another tier. */
    protected OverMicrokernels(Microkernels below) {
        this.below = below;
    }

    @Override
    public void gemvF32(
            float[] x, int xOffset, int count, float[][] w, int row, float[] acc, int n) {
        below.gemvF32(x, xOffset, count, w, row, acc, n);
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
        below.gemvS8S32(x, xOffset, count, mask, zero, w, row, acc, n);
    }

    @Override
    public void depthwiseF32(
            float[][] x, int first, int taps, float[][] w, int row, float[] acc, int n) {
        below.depthwiseF32(x, first, taps, w, row, acc, n);
    }

    @Override
    public void depthwiseS32(int[][] x, int first, int taps, int[][] w, int row, int[] acc, int n) {
        below.depthwiseS32(x, first, taps, w, row, acc, n);
    }

    @Override
    public void widenS8S32(byte[] x, int xOffset, int mask, int zero, int[] y, int yOffset, int n) {
        below.widenS8S32(x, xOffset, mask, zero, y, yOffset, n);
    }

    @Override
    public void widenS8F32(
            byte[] x, int xOffset, int mask, int zero, float[] y, int yOffset, int n) {
        below.widenS8F32(x, xOffset, mask, zero, y, yOffset, n);
    }

    @Override
    public void addWholeS32(float[] x, int xOffset, int[] acc, int n) {
        below.addWholeS32(x, xOffset, acc, n);
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
        below.requantizeDouble(acc, n, mantissa, right, channel, step, zero, min, max, y, yOffset);
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
        below.requantizeSingle(acc, n, mantissa, right, channel, step, zero, min, max, y, yOffset);
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
        below.requantizeFloatEven(acc, n, scale, channel, step, zero, min, max, y, yOffset);
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
        below.codes(acc, width, factors, channel, walk, first, count, y, yOffset, n);
    }

    @Override
    public void clampF32(
            float[] x, int xOffset, float low, float high, float[] y, int yOffset, int n) {
        below.clampF32(x, xOffset, low, high, y, yOffset, n);
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
        below.addF32(a, aOffset, aStep, b, bOffset, bStep, y, yOffset, n);
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
        below.mulF32(a, aOffset, aStep, b, bOffset, bStep, y, yOffset, n);
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
        below.addS8S32(a, aOffset, aStep, aTerms, b, bOffset, bStep, bTerms, acc, n);
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
        below.mulS8S32(a, aOffset, aStep, aTerms, b, bOffset, bStep, bTerms, acc, n);
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
        below.addS8FloatEven(
                a, aOffset, aStep, aMask, aRatio, b, bOffset, bStep, bMask, bRatio, constant, min,
                max, y, yOffset, n);
    }

    @Override
    public void requantizeZeroInside(
            int[] acc, int n, float ratio, int zero, int min, int max, byte[] y, int yOffset) {
        below.requantizeZeroInside(acc, n, ratio, zero, min, max, y, yOffset);
    }

    @Override
    public void gatherF32(
            float[] x, int xOffset, int step, int[] places, float[] y, int yOffset, int rows) {
        below.gatherF32(x, xOffset, step, places, y, yOffset, rows);
    }

    @Override
    public void everyF32(float[] x, int xOffset, int step, float[] y, int yOffset, int n) {
        below.everyF32(x, xOffset, step, y, yOffset, n);
    }

    @Override
    public void everyS8(byte[] x, int xOffset, int step, byte[] y, int yOffset, int n) {
        below.everyS8(x, xOffset, step, y, yOffset, n);
    }

    @Override
    public void lookupS8(byte[] x, int xOffset, byte[] table, byte[] y, int yOffset, int n) {
        below.lookupS8(x, xOffset, table, y, yOffset, n);
    }

    @Override
    public void lookupS8F32(byte[] x, int xOffset, float[] table, float[] y, int yOffset, int n) {
        below.lookupS8F32(x, xOffset, table, y, yOffset, n);
    }

    @Override
    public void sumF32(float[] x, int xOffset, float[] acc, int n) {
        below.sumF32(x, xOffset, acc, n);
    }

    @Override
    public void sumS8S32(byte[] x, int xOffset, int mask, int[] acc, int n) {
        below.sumS8S32(x, xOffset, mask, acc, n);
    }

    @Override
    public void maxF32(float[] x, int xOffset, float[] acc, int n) {
        below.maxF32(x, xOffset, acc, n);
    }

    @Override
    public void maxS8(byte[] x, int xOffset, int flip, byte[] y, int yOffset, int n) {
        below.maxS8(x, xOffset, flip, y, yOffset, n);
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
        below.quantizeF32S8(x, xOffset, scale, zero, min, max, y, yOffset, n);
    }

    @Override
    public float leastF32(float[] x, int xOffset, int n) {
        return below.leastF32(x, xOffset, n);
    }

    @Override
    public float largestF32(float[] x, int xOffset, int n) {
        return below.largestF32(x, xOffset, n);
    }

    @Override
    public void sigmoidF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        below.sigmoidF32(x, xOffset, y, yOffset, n);
    }

    @Override
    public void expF32(
            float[] x, int xOffset, float first, float second, float[] y, int yOffset, int n) {
        below.expF32(x, xOffset, first, second, y, yOffset, n);
    }

    @Override
    public void tanhF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        below.tanhF32(x, xOffset, y, yOffset, n);
    }

    @Override
    public void geluF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        below.geluF32(x, xOffset, y, yOffset, n);
    }

    @Override
    public void siluF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        below.siluF32(x, xOffset, y, yOffset, n);
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
        below.layerNormF32(
                x, xOffset, n, epsilon, scale, scaleOffset, offset, offsetOffset, y, yOffset);
    }

    @Override
    public void softmaxF32(
            float[] x, int xOffset, int stride, int n, float beta, float[] y, int yOffset) {
        below.softmaxF32(x, xOffset, stride, n, beta, y, yOffset);
    }
}

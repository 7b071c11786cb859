package quern.fixedpoint;

/**
 * The fixed-point sum or difference of XNNPACK: with {@code ra = sa / so} and {@code rb = sb / so}
 * in binary32, {@code e = floor(log2(max(ra, rb)))} and {@code s = 20 - e}, a code of the first
 * input counts {@code rint(ra * 2^s)} and one of the second {@code rint(rb * 2^s)}, both below
 * {@code 2^21 + 1}; the sum is divided by {@code 2^s}, ties upward.
 *
 * @param factorA what one step of the first input counts
 * @param factorB what one step of the second input counts
 * @param shift {@code s}, 13 to 30
 */
record XnnpackSum(int factorA, int factorB, int shift) {
    private static final float LEAST_RATIO = 0x1p-10f;
    private static final float LARGEST_RATIO = 0x1p8f;
    private static final int BITS = 20;

    static XnnpackSum of(float scaleA, float scaleB, float scaleOut) {
        float ratioA = scaleA / scaleOut;
        float ratioB = scaleB / scaleOut;
        int shift = BITS - Math.getExponent(Math.max(ratioA, ratioB));
        return new XnnpackSum(factor(ratioA, shift), factor(ratioB, shift), shift);
    }

    private static int factor(float ratio, int shift) {
        return (int) Math.rint(Math.scalb((double) ratio, shift));
    }

    /**
     * The mode in which a sum is computed: mode double instead of xnnpack where a ratio of the
     * scales is not at least {@code 2^-10} and below {@code 2^8}, since XNNPACK leaves such sums to
     * TFLite.
     */
    static RoundingMode mode(float scaleA, float scaleB, float scaleOut, RoundingMode mode) {
        float least = Math.min(scaleA / scaleOut, scaleB / scaleOut);
        float largest = Math.max(scaleA / scaleOut, scaleB / scaleOut);
        boolean declined = !(least >= LEAST_RATIO && largest < LARGEST_RATIO);
        return mode == RoundingMode.XNNPACK && declined ? RoundingMode.DOUBLE : mode;
    }

    /** The sum in steps of the output. */
    int steps(int sum) {
        return (sum + (1 << (shift - 1))) >> shift;
    }
}

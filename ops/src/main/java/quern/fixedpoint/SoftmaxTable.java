package quern.fixedpoint;

/**
 * Softmax of 8-bit codes in float-even: {@code e[d] = f32(exp((s - d) * scale))} for a code that is
 * {@code d} below the largest, all made large by {@code s} so that none is subnormal; then {@code
 * rint(e[d] * floor(1 / outScale) / sum)}, all in binary32, the sum from the first element to the
 * last. Source: ONNX Runtime's QLinearSoftmax.
 */
public final class SoftmaxTable {
    private static final int CODES = 256;

    /** Powers of e below the largest binary32 number that a sum may reach. */
    private static final double RESERVE = 5;

    private SoftmaxTable() {}

    /**
     * The exponentials.
     *
     * @param scale of the input, times the factor of the exponent
     * @param length number of elements of a sum
     */
    public static float[] of(float scale, int length) {
        double room = StrictMath.log(Float.MAX_VALUE / length) - RESERVE;
        double shift = Math.max(0.0, room) / scale;
        float[] table = new float[CODES];
        for (int d = 0; d < CODES; d++) {
            table[d] = (float) StrictMath.exp((shift - d) * scale);
        }
        return table;
    }

    /**
     * The code of an element.
     *
     * @param e its exponential
     * @param sum of all exponentials
     * @param one {@link #steps} of the output
     */
    public static int code(float e, float sum, float one, int zeroPoint, int min, int max) {
        float product = e * one;
        // Only many steps to 1 and few elements leave the range of binary32.
        float steps = product > Float.MAX_VALUE ? e / sum * one : product / sum;
        return (int) Math.max(Math.min(Math.rint(steps) + zeroPoint, max), min);
    }

    /** Output steps of a probability of 1. */
    public static float steps(float outScale) {
        return (float) Math.floor(1 / outScale);
    }
}

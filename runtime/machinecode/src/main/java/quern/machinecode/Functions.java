package quern.machinecode;

/** Functions of single numbers; {@code x} and {@code y} may be one array at one offset. */
interface Functions {
    /** The most elements of a row. */
    int LONGEST_ROW = 1 << 16;

    /** {@code y = exp((x - first) * second)}, as {@link quern.numeric.Expf}. */
    void exp(float[] x, int xOffset, float first, float second, float[] y, int yOffset, int n);

    /** As {@link quern.runtime.micro.Microkernels#sigmoidF32}. */
    void sigmoid(float[] x, int xOffset, float[] y, int yOffset, int n);

    /** As {@link quern.runtime.micro.Microkernels#siluF32}. */
    void silu(float[] x, int xOffset, float[] y, int yOffset, int n);

    /**
     * {@link quern.runtime.micro.Microkernels#softmaxF32} with stride 1, of 1 to {@link
     * #LONGEST_ROW} elements.
     */
    void softmax(float[] x, int xOffset, int n, float beta, float[] y, int yOffset);
}

package quern.runtime.kernel;

/** Turns int32 accumulators into codes. */
@FunctionalInterface
interface OutputStage {
    /**
     * Writes the codes of {@code n} accumulators, the first of which belongs to output {@code
     * channel}.
     */
    void run(int[] acc, int n, int channel, byte[] y, int yOffset);
}

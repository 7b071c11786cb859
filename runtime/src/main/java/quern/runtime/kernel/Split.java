package quern.runtime.kernel;

/** How work is cut into parts of nearly the same size. */
final class Split {
    /** Elementary steps that pay for waking a thread. */
    private static final long WORTH_A_PART = 20_000;

    private Split() {}

    /**
     * Where part {@code part} of {@code total} pieces of work begins; part {@code parts} ends it.
     */
    static int start(int total, int part, int parts) {
        return (int) ((long) total * part / parts);
    }

    /**
     * The most parts worth making of {@code total} pieces.
     *
     * @param steps elementary steps of all pieces, such as multiplications
     */
    static int parts(int total, long steps) {
        return (int) Math.max(1, Math.min(total, steps / WORTH_A_PART));
    }
}

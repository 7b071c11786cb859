package quern.runtime.kernel;

/** How work is cut into parts of nearly the same size. */
final class Split {
    private Split() {}

    /** Where part {@code part} of {@code total} pieces begins; part {@code parts} ends it. */
    static int start(int total, int part, int parts) {
        return (int) ((long) total * part / parts);
    }
}

package quern.machinecode;

/** A call block for each thread. */
final class Blocks {
    private static final ThreadLocal<long[]> OWN =
            ThreadLocal.withInitial(() -> new long[CallBlock.LENGTH]);

    private Blocks() {}

    static long[] own() {
        return OWN.get();
    }
}

package quern.simd;

/** Scratch of a thread for some numbers at a time, which stay in the nearest cache. */
final class Chunk {
    /** Numbers of a piece of scratch, whole vectors of any width. */
    static final int SIZE = 512;

    private static final ThreadLocal<Chunk> OWN = ThreadLocal.withInitial(Chunk::new);

    final float[] a = new float[SIZE];
    final float[] b = new float[SIZE];
    final float[] c = new float[SIZE];

    /** Accumulators that do not fill a vector. */
    final int[] rest = new int[Species.LANES];

    final double[] d = new double[SIZE];
    final double[] e = new double[SIZE];

    /** Numbers that a function is given besides. */
    float first;

    float second;

    private Chunk() {}

    /** That of the calling thread. */
    static Chunk get() {
        return OWN.get();
    }
}

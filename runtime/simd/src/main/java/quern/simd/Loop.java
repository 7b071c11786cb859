package quern.simd;

/**
 * One of the loops that a function consists of. Functions call their loops through this interface,
 * because it keeps them apart: a compiler that meets too many vectors in one method makes objects
 * of them.
 */
@FunctionalInterface
interface Loop {
    /** Reads and writes {@code n} numbers of {@code x}, {@code y} and scratch, whole vectors. */
    void run(float[] x, int at, float[] y, int to, Chunk s, int n);

    /** Runs loops over as many of {@code n} numbers as fill vectors; returns how many. */
    static int run(
            Loop[] loops,
            int lanes,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            Chunk s,
            int n) {
        int whole = n - n % lanes;
        for (int i = 0; i < whole; i += Chunk.SIZE) {
            int count = Math.min(Chunk.SIZE, whole - i);
            for (Loop loop : loops) {
                loop.run(x, xOffset + i, y, yOffset + i, s, count);
            }
        }
        return whole;
    }
}

package quern.machinecode;

/** Lanes as a kernel is told of them: two ints a number, with or without sign. */
final class Masks {
    private Masks() {}

    /** For each number of lanes, from 0 on, the mask of so many. */
    static long[][] of(int lanes) {
        long[][] masks = new long[lanes + 1][lanes / 2];
        for (int n = 0; n <= lanes; n++) {
            for (int lane = 0; lane < n; lane++) {
                masks[n][lane / 2] |= 0xFFFF_FFFFL << 32 * (lane % 2);
            }
        }
        return masks;
    }
}

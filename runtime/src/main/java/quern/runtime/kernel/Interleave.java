package quern.runtime.kernel;

import quern.tensor.DType.Storage;

/** Three rows side by side, element by element, as the planes of a picture become its pixels. */
final class Interleave {
    /** How many rows there are. */
    static final int ROWS = 3;

    private Interleave() {}

    /**
     * {@code to[t + i * tStep + r] = from[f + r * fStep + i]} for {@code r < 3} and {@code i < n};
     * returns whether it is done, as it is for numbers of 32 bits and for bytes.
     */
    static boolean run(
            Storage storage, Object from, int f, int fStep, Object to, int t, int tStep, int n) {
        switch (storage) {
            case FLOAT -> floats((float[]) from, f, fStep, (float[]) to, t, tStep, n);
            case BYTE -> bytes((byte[]) from, f, fStep, (byte[]) to, t, tStep, n);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void floats(
            float[] from, int f, int fStep, float[] to, int t, int tStep, int n) {
        int second = f + fStep;
        int third = second + fStep;
        int at = t;
        for (int i = 0; i < n; i++) {
            to[at] = from[f + i];
            to[at + 1] = from[second + i];
            to[at + 2] = from[third + i];
            at += tStep;
        }
    }

    private static void bytes(byte[] from, int f, int fStep, byte[] to, int t, int tStep, int n) {
        int second = f + fStep;
        int third = second + fStep;
        int at = t;
        for (int i = 0; i < n; i++) {
            to[at] = from[f + i];
            to[at + 1] = from[second + i];
            to[at + 2] = from[third + i];
            at += tStep;
        }
    }
}

package quern.runtime.kernel;

import java.util.Arrays;
import quern.tensor.DType.Storage;

/** Elements moved between arrays of one storage type. */
final class Elements {
    /** From so many neighbouring elements on the JVM's own copy is faster than a loop. */
    private static final int LONG_RUN = 12;

    private Elements() {}

    /** Copies {@code n} neighbouring elements. */
    static void copy(Storage storage, Object from, int f, Object to, int t, int n) {
        if (n >= LONG_RUN) {
            System.arraycopy(from, f, to, t, n);
        } else {
            copy(storage, from, f, 1, to, t, 1, n);
        }
    }

    /** Copies {@code n} elements; on each side the next one is a step away. */
    static void copy(
            Storage storage, Object from, int f, int fStep, Object to, int t, int tStep, int n) {
        if (fStep == 1 && tStep == 1 && n >= LONG_RUN) {
            System.arraycopy(from, f, to, t, n);
            return;
        }
        switch (storage) {
            case BYTE -> bytes((byte[]) from, f, fStep, (byte[]) to, t, tStep, n);
            case SHORT -> shorts((short[]) from, f, fStep, (short[]) to, t, tStep, n);
            case INT -> ints((int[]) from, f, fStep, (int[]) to, t, tStep, n);
            case FLOAT -> floats((float[]) from, f, fStep, (float[]) to, t, tStep, n);
            case LONG -> longs((long[]) from, f, fStep, (long[]) to, t, tStep, n);
            case DOUBLE -> doubles((double[]) from, f, fStep, (double[]) to, t, tStep, n);
        }
    }

    private static void bytes(byte[] from, int f, int fStep, byte[] to, int t, int tStep, int n) {
        for (int i = 0; i < n; i++) {
            to[t + i * tStep] = from[f + i * fStep];
        }
    }

    private static void shorts(
            short[] from, int f, int fStep, short[] to, int t, int tStep, int n) {
        for (int i = 0; i < n; i++) {
            to[t + i * tStep] = from[f + i * fStep];
        }
    }

    private static void ints(int[] from, int f, int fStep, int[] to, int t, int tStep, int n) {
        for (int i = 0; i < n; i++) {
            to[t + i * tStep] = from[f + i * fStep];
        }
    }

    private static void floats(
            float[] from, int f, int fStep, float[] to, int t, int tStep, int n) {
        for (int i = 0; i < n; i++) {
            to[t + i * tStep] = from[f + i * fStep];
        }
    }

    private static void longs(long[] from, int f, int fStep, long[] to, int t, int tStep, int n) {
        for (int i = 0; i < n; i++) {
            to[t + i * tStep] = from[f + i * fStep];
        }
    }

    private static void doubles(
            double[] from, int f, int fStep, double[] to, int t, int tStep, int n) {
        for (int i = 0; i < n; i++) {
            to[t + i * tStep] = from[f + i * fStep];
        }
    }

    /** Puts the element at {@code f} into {@code n} neighbouring places. */
    static void fill(Storage storage, Object from, int f, Object to, int t, int n) {
        switch (storage) {
            case BYTE -> Arrays.fill((byte[]) to, t, t + n, ((byte[]) from)[f]);
            case SHORT -> Arrays.fill((short[]) to, t, t + n, ((short[]) from)[f]);
            case INT -> Arrays.fill((int[]) to, t, t + n, ((int[]) from)[f]);
            case FLOAT -> Arrays.fill((float[]) to, t, t + n, ((float[]) from)[f]);
            case LONG -> Arrays.fill((long[]) to, t, t + n, ((long[]) from)[f]);
            case DOUBLE -> Arrays.fill((double[]) to, t, t + n, ((double[]) from)[f]);
        }
    }
}

package quern.runtime.micro;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes that are not neighbours, several at a time in one number. */
final class Every {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int FOUR = 4;

    private Every() {}

    /**
     * Every second byte as {@link Microkernels#everyS8}, as far as no byte is read behind the last
     * that is asked for; returns how many are done.
     */
    static int secondByte(byte[] x, int xOffset, byte[] y, int yOffset, int n) {
        int i = 0;
        for (; i + FOUR < n; i += FOUR) {
            long v = (long) LONGS.get(x, xOffset + 2 * i) & 0x00FF_00FF_00FF_00FFL;
            v = (v | v >>> 8) & 0x0000_FFFF_0000_FFFFL;
            INTS.set(y, yOffset + i, (int) (v | v >>> 16));
        }
        return i;
    }

    /** {@link Microkernels#gatherF32}. */
    static void places(
            float[] x, int xOffset, int step, int[] places, float[] y, int yOffset, int rows) {
        int to = yOffset;
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * step;
            for (int i = 0; i < places.length; i++) {
                y[to + i] = x[from + places[i]];
            }
            to += places.length;
        }
    }
}

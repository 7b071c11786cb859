package quern.machinecode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Every second element by machine code. */
final class MachineEverySecond implements EverySecond {
    private static final int MOST = 1 << 13;
    private static final int FLOATS = EverySecondCode.RESULT_BYTES / Float.BYTES;
    private static final int BYTES = EverySecondCode.RESULT_BYTES;
    private static final int TRIED = 100;

    private final MemorySegment floats;
    private final MemorySegment bytes;

    private MachineEverySecond(Arena arena) {
        VectorAssembler asm = new VectorAssembler();
        int first = EverySecondCode.emit(asm, false);
        int second = EverySecondCode.emit(asm, true);
        MemorySegment code = CodeMemory.of(asm.toBytes(), arena);
        floats = code.asSlice(first);
        bytes = code.asSlice(second);
    }

    /**
     * Writes the code and tries it.
     *
     * @param arena the code lives as long
     */
    static Optional<EverySecond> of(Features features, Arena arena) {
        if (!features.avx512Vnni()) {
            return Optional.empty();
        }
        MachineEverySecond made = new MachineEverySecond(arena);
        return made.works() ? Optional.of(made) : Optional.empty();
    }

    private boolean works() {
        float[] x = new float[2 * TRIED];
        byte[] codes = new byte[2 * TRIED];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
            codes[i] = (byte) i;
        }
        float[] y = new float[TRIED];
        byte[] made = new byte[TRIED];
        int some = floats(x, 1, y, 0, TRIED);
        int most = bytes(codes, 1, made, 0, TRIED);
        boolean right = some > 0 && most > 0;
        for (int i = 0; i < TRIED; i++) {
            right &= y[i] == (i < some ? 2 * i + 1 : 0);
            right &= made[i] == (i < most ? (byte) (2 * i + 1) : 0);
        }
        return right;
    }

    @Override
    public int floats(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int count = Math.max(0, n - 1) / FLOATS;
        long[] block = Blocks.own();
        for (int i = 0; i < count; i += MOST) {
            block[EverySecondCode.X] = (xOffset + 2L * i * FLOATS) * Float.BYTES;
            block[EverySecondCode.Y] = (yOffset + (long) i * FLOATS) * Float.BYTES;
            block[EverySecondCode.COUNT] = Math.min(MOST, count - i);
            NativeCall.floats(floats, block, x, y);
        }
        return count * FLOATS;
    }

    @Override
    public int bytes(byte[] x, int xOffset, byte[] y, int yOffset, int n) {
        int count = Math.max(0, n - 1) / BYTES;
        long[] block = Blocks.own();
        for (int i = 0; i < count; i += MOST) {
            block[EverySecondCode.X] = xOffset + 2L * i * BYTES;
            block[EverySecondCode.Y] = yOffset + (long) i * BYTES;
            block[EverySecondCode.COUNT] = Math.min(MOST, count - i);
            NativeCall.bytes(bytes, block, x, y);
        }
        return count * BYTES;
    }
}

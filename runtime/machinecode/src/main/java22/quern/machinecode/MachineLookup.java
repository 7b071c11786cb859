package quern.machinecode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Tables of bytes by machine code. */
final class MachineLookup implements Lookup {
    private static final int MOST = 1 << 13;

    private final MemorySegment code;

    private MachineLookup(MemorySegment code) {
        this.code = code;
    }

    /**
     * Writes the code and tries it.
     *
     * @param arena the code lives as long
     */
    static Optional<Lookup> of(Features features, Arena arena) {
        if (!features.avx512Vbmi()) {
            return Optional.empty();
        }
        VectorAssembler asm = new VectorAssembler();
        LookupCode.emit(asm);
        MachineLookup made = new MachineLookup(CodeMemory.of(asm.toBytes(), arena));
        return made.works() ? Optional.of(made) : Optional.empty();
    }

    private boolean works() {
        byte[] x = new byte[4 * LookupCode.BYTES + 1];
        byte[] table = new byte[4 * LookupCode.BYTES];
        for (int i = 0; i < table.length; i++) {
            x[i + 1] = (byte) (i * 7);
            table[i] = (byte) (i * 11 + 3);
        }
        byte[] y = new byte[table.length];
        run(x, 1, table, y, 0, y.length);
        for (int i = 0; i < y.length; i++) {
            if (y[i] != table[x[i + 1] & 0xFF]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void run(byte[] x, int xOffset, byte[] table, byte[] y, int yOffset, int n) {
        if (table.length != 4 * LookupCode.BYTES) {
            throw new IllegalArgumentException("a table has 256 places, not " + table.length);
        }
        long[] block = Blocks.own();
        int count = n / LookupCode.BYTES;
        for (int i = 0; i < count; i += MOST) {
            block[LookupCode.X] = xOffset + (long) i * LookupCode.BYTES;
            block[LookupCode.Y] = yOffset + (long) i * LookupCode.BYTES;
            block[LookupCode.COUNT] = Math.min(MOST, count - i);
            NativeCall.bytes(code, block, x, table, y);
        }
    }
}

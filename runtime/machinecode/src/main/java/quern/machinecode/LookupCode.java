package quern.machinecode;

/**
 * Bytes by a table of all 256, 64 at a time: two permutations, of the lower and the upper half of
 * the table, and a choice by the sign. It needs AVX512_VBMI. The call gives the block (see the
 * constants), the bytes, the table and the results.
 */
final class LookupCode {
    /** Distance in bytes to the first byte. */
    static final int X = 0;

    /** Distance in bytes to the first result. */
    static final int Y = 1;

    /** How many times 64 bytes, at least one. */
    static final int COUNT = 2;

    /** Bytes that are looked up at one time. */
    static final int BYTES = 64;

    private LookupCode() {}

    /** Writes the code and returns where it begins. */
    static int emit(VectorAssembler asm) {
        int start = asm.size();
        Vec places = Vec.zmm(4);
        Vec upper = Vec.zmm(5);
        asm.mov(Gpr.RAX, CallBlock.place(X));
        asm.add(Gpr.RSI, Gpr.RAX);
        asm.mov(Gpr.RAX, CallBlock.place(Y));
        asm.add(Gpr.RCX, Gpr.RAX);
        asm.mov(Gpr.RAX, CallBlock.place(COUNT));
        for (int i = 0; i < 4; i++) {
            asm.vmovups(Vec.zmm(i), Mem.at(Gpr.RDX, i * BYTES));
        }
        Label loop = new Label();
        asm.bind(loop);
        asm.vmovups(places, Mem.at(Gpr.RSI, 0));
        asm.vpmovb2m(Opmask.K1, places);
        asm.vmovups(upper, places);
        asm.vpermi2b(places, Vec.zmm(0), Vec.zmm(1));
        asm.vpermi2b(upper, Vec.zmm(2), Vec.zmm(3));
        asm.vpblendmb(places, Opmask.K1, places, upper);
        asm.vmovups(Mem.at(Gpr.RCX, 0), places);
        asm.add(Gpr.RSI, BYTES);
        asm.add(Gpr.RCX, BYTES);
        asm.add(Gpr.RAX, -1);
        asm.jnz(loop);
        asm.vzeroupper();
        asm.ret();
        return start;
    }
}

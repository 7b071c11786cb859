package quern.machinecode;

/**
 * Every second element of a row: the lower halves of pairs. It needs AVX-512. The call gives the
 * block (see the constants), the elements and the results.
 */
final class EverySecondCode {
    /** Distance in bytes to the first element. */
    static final int X = 0;

    /** Distance in bytes to the first result. */
    static final int Y = 1;

    /** How many times {@link #RESULT_BYTES}, at least one. */
    static final int COUNT = 2;

    /** Bytes of results that are made at one time. */
    static final int RESULT_BYTES = 32;

    private EverySecondCode() {}

    /**
     * Writes the code and returns where it begins.
     *
     * @param bytes whether elements are bytes; else they have 32 bits
     */
    static int emit(VectorAssembler asm, boolean bytes) {
        int start = asm.size();
        asm.mov(Gpr.RAX, CallBlock.place(X));
        asm.add(Gpr.RSI, Gpr.RAX);
        asm.mov(Gpr.RAX, CallBlock.place(Y));
        asm.add(Gpr.RDX, Gpr.RAX);
        asm.mov(Gpr.RAX, CallBlock.place(COUNT));
        Label loop = new Label();
        asm.bind(loop);
        asm.vmovups(Vec.zmm(0), Mem.at(Gpr.RSI, 0));
        if (bytes) {
            asm.vpmovwb(Mem.at(Gpr.RDX, 0), Vec.zmm(0));
        } else {
            asm.vpmovqd(Mem.at(Gpr.RDX, 0), Vec.zmm(0));
        }
        asm.add(Gpr.RSI, 2 * RESULT_BYTES);
        asm.add(Gpr.RDX, RESULT_BYTES);
        asm.add(Gpr.RAX, -1);
        asm.jnz(loop);
        asm.vzeroupper();
        asm.ret();
        return start;
    }
}

package quern.machinecode;

/**
 * Functions of single binary32 numbers that are made of {@link ExpCode}, 16 at a time. It needs
 * AVX-512. The call gives the block (see the constants), the numbers and the results, which may be
 * one array at one place.
 */
final class FunctionCode {
    /** What is made of a number. */
    enum Kind {
        /** The exponential of {@code (x - first) * second}. */
        EXP,
        /** {@link quern.numeric.Sigmoidf#sigmoid}. */
        SIGMOID,
        /** A number times that. */
        SILU
    }

    /** Distance in bytes to the first number. */
    static final int X = 0;

    /** Distance in bytes to the first result. */
    static final int Y = 1;

    /** How many vectors come before the last, of which the mask tells the lanes. */
    static final int VECTORS = 2;

    /** Bits of what is subtracted before the exponential. */
    static final int FIRST = 3;

    /** Bits of what the difference is multiplied by. */
    static final int SECOND = 4;

    /** The place of the constants of {@link ExpCode}. */
    static final int CONSTANTS = 5;

    static final int LANES = 16;

    private static final int VECTOR = LANES * Float.BYTES;

    private final VectorAssembler asm;
    private final ExpCode exp;
    private final Kind kind;

    FunctionCode(VectorAssembler asm, Kind kind) {
        this.asm = asm;
        this.exp = new ExpCode(asm);
        this.kind = kind;
    }

    /** Writes the code and returns where it begins. */
    int emit() {
        int start = asm.size();
        asm.add(Gpr.RSI, CallBlock.place(X));
        asm.add(Gpr.RDX, CallBlock.place(Y));
        asm.mov(Gpr.RAX, CallBlock.place(VECTORS));
        exp.load(CONSTANTS);
        asm.vpbroadcastd(Vec.zmm(30), CallBlock.place(FIRST));
        asm.vpbroadcastd(Vec.zmm(31), CallBlock.place(SECOND));
        asm.vmovups(Vec.zmm(0), CallBlock.place(CallBlock.MASK));
        asm.vpmovd2m(Opmask.K1, Vec.zmm(0));
        Label rest = new Label();
        asm.cmp(Gpr.RAX, 0);
        asm.jz(rest);
        Label loop = new Label();
        asm.bind(loop);
        asm.vmovups(Vec.zmm(0), Mem.at(Gpr.RSI, 0));
        function();
        asm.vmovups(Mem.at(Gpr.RDX, 0), Vec.zmm(1));
        asm.add(Gpr.RSI, VECTOR);
        asm.add(Gpr.RDX, VECTOR);
        asm.add(Gpr.RAX, -1);
        asm.jnz(loop);
        asm.bind(rest);
        asm.vmovups(Vec.zmm(0), Opmask.K1, Mem.at(Gpr.RSI, 0));
        function();
        asm.vmovups(Mem.at(Gpr.RDX, 0), Opmask.K1, Vec.zmm(1));
        asm.vzeroupper();
        asm.ret();
        return start;
    }

    /** Of register 0 in register 1. */
    private void function() {
        if (kind == Kind.EXP) {
            asm.vsubps(Vec.zmm(1), Vec.zmm(0), Vec.zmm(30));
            asm.vmulps(Vec.zmm(1), Vec.zmm(1), Vec.zmm(31));
            exp.emit();
            return;
        }
        asm.vpor(Vec.zmm(1), Vec.zmm(0), ExpCode.SIGN);
        exp.emit();
        Vec denominator = Vec.zmm(2);
        Vec low = Vec.zmm(3);
        Vec numerator = Vec.zmm(4);
        Vec quotient = Vec.zmm(5);
        asm.vaddps(denominator, Vec.zmm(1), ExpCode.ONE);
        asm.vsubps(low, denominator, ExpCode.ONE);
        asm.vsubps(low, Vec.zmm(1), low);
        asm.vpmovd2m(Opmask.K2, Vec.zmm(0));
        asm.vpblendmd(numerator, Opmask.K2, ExpCode.ONE, Vec.zmm(1));
        asm.vdivps(quotient, numerator, denominator);
        asm.vfnmadd231ps(numerator, quotient, denominator);
        asm.vfnmadd231ps(numerator, quotient, low);
        asm.vsubps(low, ExpCode.ONE, quotient);
        asm.vpblendmd(low, Opmask.K2, quotient, low);
        asm.vmovups(Vec.zmm(1), quotient);
        asm.vfmadd231ps(Vec.zmm(1), numerator, low);
        if (kind == Kind.SILU) {
            asm.vmulps(Vec.zmm(1), Vec.zmm(0), Vec.zmm(1));
        }
    }
}

package quern.machinecode;

/**
 * Softmax of a row of binary32 numbers: {@link quern.runtime.micro.Microkernels#softmaxF32} with
 * stride 1. It needs AVX-512. The call gives the block of {@link FunctionCode}, where {@code
 * SECOND} is the factor, the numbers and the results, which do not overlap.
 *
 * <p>A lane is one of the 16 partial sums of {@link quern.numeric.TreeSum}; adding lanes that are
 * 8, 4, 2 and 1 apart is its tree, and leaves the sum in each of them.
 */
final class SoftmaxCode {
    private static final int VECTOR = FunctionCode.LANES * Float.BYTES;

    private final VectorAssembler asm;
    private final ExpCode exp;
    private final Vec max = Vec.zmm(30);
    private final Vec factor = Vec.zmm(31);
    private final Vec sum = Vec.zmm(29);

    SoftmaxCode(VectorAssembler asm) {
        this.asm = asm;
        this.exp = new ExpCode(asm);
    }

    /** Writes the code and returns where it begins. */
    int emit() {
        int start = asm.size();
        asm.add(Gpr.RSI, CallBlock.place(FunctionCode.X));
        asm.add(Gpr.RDX, CallBlock.place(FunctionCode.Y));
        exp.load(FunctionCode.CONSTANTS);
        asm.vpbroadcastd(max, CallBlock.place(FunctionCode.FIRST));
        asm.vpbroadcastd(factor, CallBlock.place(FunctionCode.SECOND));
        asm.vmovups(Vec.zmm(0), CallBlock.place(CallBlock.MASK));
        asm.vpmovd2m(Opmask.K1, Vec.zmm(0));
        eachVector(this::largest);
        for (int distance = 8; distance > 0; distance /= 2) {
            asm.valignd(Vec.zmm(0), max, max, distance);
            asm.vmaxps(max, max, Vec.zmm(0));
        }
        asm.vpxor(sum, sum, sum);
        eachVector(this::exponential);
        for (int distance = 8; distance > 0; distance /= 2) {
            asm.valignd(Vec.zmm(0), sum, sum, distance);
            asm.vaddps(sum, sum, Vec.zmm(0));
        }
        eachVector(this::quotient);
        asm.vzeroupper();
        asm.ret();
        return start;
    }

    private interface Step {
        void emit(Opmask mask, Mem x, Mem y);
    }

    /** A loop over all vectors but the last, and the last with its mask. */
    private void eachVector(Step step) {
        asm.mov(Gpr.RAX, CallBlock.place(FunctionCode.VECTORS));
        asm.clear(Gpr.RCX);
        Mem x = Mem.at(Gpr.RSI, Gpr.RCX, 1, 0);
        Mem y = Mem.at(Gpr.RDX, Gpr.RCX, 1, 0);
        Label rest = new Label();
        asm.cmp(Gpr.RAX, 0);
        asm.jz(rest);
        Label loop = new Label();
        asm.bind(loop);
        step.emit(Opmask.K0, x, y);
        asm.add(Gpr.RCX, VECTOR);
        asm.add(Gpr.RAX, -1);
        asm.jnz(loop);
        asm.bind(rest);
        step.emit(Opmask.K1, x, y);
    }

    // A NaN that a maximum passes over makes the sum NaN, and so all quotients.
    private void largest(Opmask mask, Mem x, Mem y) {
        load(Vec.zmm(0), mask, x);
        asm.vmaxps(max, mask, max, Vec.zmm(0));
    }

    private void exponential(Opmask mask, Mem x, Mem y) {
        load(Vec.zmm(0), mask, x);
        asm.vsubps(Vec.zmm(1), Vec.zmm(0), max);
        asm.vmulps(Vec.zmm(1), Vec.zmm(1), factor);
        exp.emit();
        asm.vaddps(sum, mask, sum, Vec.zmm(1));
        store(y, mask, Vec.zmm(1));
    }

    private void quotient(Opmask mask, Mem x, Mem y) {
        load(Vec.zmm(0), mask, y);
        asm.vdivps(Vec.zmm(0), Vec.zmm(0), sum);
        store(y, mask, Vec.zmm(0));
    }

    private void load(Vec to, Opmask mask, Mem from) {
        if (mask == Opmask.K0) {
            asm.vmovups(to, from);
        } else {
            asm.vmovups(to, mask, from);
        }
    }

    private void store(Mem to, Opmask mask, Vec from) {
        if (mask == Opmask.K0) {
            asm.vmovups(to, from);
        } else {
            asm.vmovups(to, mask, from);
        }
    }
}

package quern.machinecode;

/** By binary32 factors, ties to even. */
final class RequantizeEvenCode extends RequantizeCode {
    RequantizeEvenCode(VectorAssembler asm, boolean one) {
        super(asm, one);
    }

    @Override
    void enter() {}

    @Override
    void rescale(Mem factor, Mem shift, Opmask mask, Vec low, Vec high) {
        Vec v = Vec.zmm(0);
        loadFactor(Vec.zmm(1), mask, factor);
        asm.vcvtdq2ps(v, v);
        asm.vmulps(v, v, Vec.zmm(1));
        asm.vmaxps(v, v, low);
        asm.vminps(v, v, high);
        asm.vcvtps2dq(v, v);
    }
}

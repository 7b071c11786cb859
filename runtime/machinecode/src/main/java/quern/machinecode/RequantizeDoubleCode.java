package quern.machinecode;

/**
 * By integer factors with two roundings: products of 32 bits are halved in two, those of even and
 * those of odd lanes.
 */
final class RequantizeDoubleCode extends RequantizeCode {
    private static final int PRODUCT_SHIFT = 31;

    private final Vec half = Vec.zmm(19);
    private final Vec one = Vec.zmm(20);

    RequantizeDoubleCode(VectorAssembler asm, boolean one) {
        super(asm, one);
    }

    @Override
    void enter() {
        asm.vpbroadcastq(half, CallBlock.place(HALF));
        asm.vpbroadcastq(Vec.zmm(0), CallBlock.place(ODD));
        asm.vpmovd2m(Opmask.K2, Vec.zmm(0));
        asm.vpbroadcastd(one, CallBlock.place(ONE));
    }

    @Override
    void rescale(Mem factor, Mem shift, Opmask mask, Vec low, Vec high) {
        Vec v = Vec.zmm(0);
        Vec mantissa = Vec.zmm(1);
        Vec right = Vec.zmm(2);
        Vec odd = Vec.zmm(3);
        loadFactor(mantissa, mask, factor);
        loadFactor(right, mask, shift);
        asm.vpsrlq(odd, v, 32);
        asm.vpmuldq(v, v, mantissa);
        asm.vpsrlq(mantissa, mantissa, 32);
        asm.vpmuldq(odd, odd, mantissa);
        asm.vpaddq(v, v, half);
        asm.vpaddq(odd, odd, half);
        asm.vpsrlq(v, v, PRODUCT_SHIFT);
        asm.vpsllq(odd, odd, 1);
        asm.vpblendmd(v, Opmask.K2, v, odd);
        asm.vpsrld(odd, v, PRODUCT_SHIFT);
        asm.vpsubd(v, v, odd);
        asm.vpsubd(right, right, one);
        asm.vpsravd(v, v, right);
        asm.vpaddd(v, v, one);
        asm.vpsrad(v, v, 1);
        asm.vpmaxsd(v, v, low);
        asm.vpminsd(v, v, high);
    }
}

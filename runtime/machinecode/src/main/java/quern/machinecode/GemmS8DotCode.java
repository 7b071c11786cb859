package quern.machinecode;

import static quern.machinecode.CallBlock.place;

/** A tile of {@code gemmS8S32} where the CPU multiplies four bytes at a time. */
final class GemmS8DotCode extends GemmS8Code {
    GemmS8DotCode(VectorAssembler asm, Isa isa, int pixels, int vectors) {
        super(asm, isa, pixels, vectors);
    }

    @Override
    void enter() {
        super.enter();
        asm.vpbroadcastd(flip(), place(CallBlock.FLIP));
    }

    @Override
    void loadSum(int pixel, int vector, Mem from) {
        asm.vmovups(sum(pixel, vector), from);
    }

    @Override
    void addTap() {
        for (int v = 0; v < vectors; v++) {
            asm.vmovups(spare(v), weights(v));
        }
        for (int p = 0; p < pixels; p++) {
            Vec x = input(p);
            asm.vpbroadcastd(x, input(p, 0));
            asm.vpxor(x, x, flip());
            for (int v = 0; v < vectors; v++) {
                asm.vpdpbusd(sum(p, v), x, spare(v));
            }
        }
    }

    @Override
    void storeSum(int pixel, int vector, Mem to) {
        asm.vmovups(to, sum(pixel, vector));
    }

    private Vec flip() {
        return spare(isa.vectors());
    }

    private Vec input(int pixel) {
        int free = isa.bits() == 512 ? 3 : 1;
        return spare(isa.vectors() + 1 + pixel % free);
    }
}

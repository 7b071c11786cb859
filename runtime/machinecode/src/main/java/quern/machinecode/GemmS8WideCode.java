package quern.machinecode;

import static quern.machinecode.CallBlock.place;

/**
 * A tile of {@code gemmS8S32} in products of 16 bits. The two sums of two products that belong to a
 * channel are kept apart until they are written: half a vector of channels fills a register.
 */
final class GemmS8WideCode extends GemmS8Code {
    private static final int IN_ORDER = 0b11_01_10_00;
    private static final int HALF = 16;

    GemmS8WideCode(VectorAssembler asm, Isa isa, int pixels, int vectors) {
        super(asm, isa, pixels, vectors);
    }

    @Override
    void enter() {
        super.enter();
        asm.vpbroadcastd(flip(), place(CallBlock.FLIP));
    }

    @Override
    void loadSum(int pixel, int vector, Mem from) {
        for (int half = 0; half < 2; half++) {
            Mem four = Mem.at(from.base(), from.displacement() + half * HALF);
            asm.vpmovzxdq(half(pixel, vector, half), four);
        }
    }

    @Override
    void addTap() {
        Vec x = spare(0);
        Vec products = spare(1);
        for (int p = 0; p < pixels; p++) {
            Vec narrow = Vec.xmm(x.number());
            asm.vpbroadcastd(narrow, input(p, 0));
            asm.vpxor(narrow, narrow, flip());
            asm.vpmovzxbw(x, narrow);
            for (int v = 0; v < vectors; v++) {
                for (int half = 0; half < 2; half++) {
                    asm.vpmovsxbw(products, Mem.at(Gpr.R10, (2 * v + half) * HALF));
                    asm.vpmaddwd(products, x, products);
                    Vec sum = half(p, v, half);
                    asm.vpaddd(sum, sum, products);
                }
            }
        }
    }

    @Override
    void storeSum(int pixel, int vector, Mem to) {
        Vec sum = half(pixel, vector, 0);
        asm.vphaddd(sum, sum, half(pixel, vector, 1));
        asm.vpermq(sum, sum, IN_ORDER);
        asm.vmovups(to, sum);
    }

    private Vec flip() {
        return Vec.xmm(spare(3).number());
    }

    private Vec half(int pixel, int vector, int half) {
        return vector((pixel * vectors + vector) * 2 + half);
    }
}

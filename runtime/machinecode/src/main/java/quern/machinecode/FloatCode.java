package quern.machinecode;

import static quern.machinecode.CallBlock.place;

/** Tiles of float32 numbers, of whose last vector some lanes may lie behind the last channel. */
abstract class FloatCode extends TileCode {
    private static final Gpr ROW = Gpr.RAX;
    private static final Gpr Y = Gpr.RBX;

    FloatCode(VectorAssembler asm, Isa isa, int pixels, int vectors) {
        super(asm, isa, pixels, vectors);
    }

    @Override
    final int elementSize() {
        return Float.BYTES;
    }

    @Override
    final void enter() {
        if (isa.bits() == 512) {
            asm.vmovups(spare(0), place(CallBlock.MASK));
            asm.vpmovd2m(Opmask.K1, spare(0));
        } else {
            asm.vmovups(mask(), place(CallBlock.MASK));
        }
    }

    @Override
    final void loadSums() {
        Label resume = new Label();
        Label end = new Label();
        asm.cmp(place(CallBlock.RESUME), 0);
        asm.jnz(resume);
        asm.mov(ROW, place(CallBlock.BIAS));
        for (int v = 0; v < vectors; v++) {
            load(sum(0, v), v, Mem.at(ROW, v * isa.bits() / 8));
            for (int p = 1; p < pixels; p++) {
                asm.vmovups(sum(p, v), sum(0, v));
            }
        }
        asm.jmp(end);
        asm.bind(resume);
        asm.mov(Y, place(CallBlock.Y));
        for (int p = 0; p < pixels; p++) {
            findRow(p);
            for (int v = 0; v < vectors; v++) {
                load(sum(p, v), v, Mem.at(ROW, v * isa.bits() / 8));
            }
        }
        asm.bind(end);
    }

    @Override
    final void storeSums() {
        Label store = new Label();
        asm.cmp(place(CallBlock.CLAMP), 0);
        asm.jz(store);
        Vec low = spare(0);
        Vec high = spare(1);
        Vec addend = spare(2);
        asm.vbroadcastss(low, place(CallBlock.LOW));
        asm.vbroadcastss(high, place(CallBlock.HIGH));
        asm.vbroadcastss(addend, place(CallBlock.ADDEND));
        for (int p = 0; p < pixels; p++) {
            for (int v = 0; v < vectors; v++) {
                // Sums are the right operand: what is NaN stays NaN.
                asm.vaddps(sum(p, v), sum(p, v), addend);
                asm.vmaxps(sum(p, v), low, sum(p, v));
                asm.vminps(sum(p, v), high, sum(p, v));
            }
        }
        asm.bind(store);
        asm.mov(Y, place(CallBlock.Y));
        for (int p = 0; p < pixels; p++) {
            findRow(p);
            for (int v = 0; v < vectors; v++) {
                store(v, Mem.at(ROW, v * isa.bits() / 8), sum(p, v));
            }
        }
    }

    @Override
    final void nextResults() {
        asm.add(Gpr.RDX, Integer.BYTES * pixels);
    }

    private void findRow(int pixel) {
        asm.movsxd(ROW, Mem.at(Gpr.RDX, Integer.BYTES * pixel));
        asm.lea(ROW, Mem.at(Y, ROW, Float.BYTES, 0));
    }

    /** Loads channels; nothing is read behind the last one. */
    final void load(Vec to, int vector, Mem from) {
        if (vector < vectors - 1) {
            asm.vmovups(to, from);
        } else if (isa.bits() == 512) {
            asm.vmovups(to, Opmask.K1, from);
        } else {
            asm.vmaskmovps(to, mask(), from);
        }
    }

    private void store(int vector, Mem to, Vec from) {
        if (vector < vectors - 1) {
            asm.vmovups(to, from);
        } else if (isa.bits() == 512) {
            asm.vmovups(to, Opmask.K1, from);
        } else {
            asm.vmaskmovps(to, mask(), from);
        }
    }

    private Vec mask() {
        return spare(3);
    }
}

package quern.machinecode;

import static quern.machinecode.CallBlock.place;

/** Tiles of codes, whose sums are written row after row. */
abstract class GemmS8Code extends TileCode {
    private static final Gpr ROW = Gpr.RAX;

    GemmS8Code(VectorAssembler asm, Isa isa, int pixels, int vectors) {
        super(asm, isa, pixels, vectors);
    }

    /** Sets the sum of a pixel and a vector of channels to what is there. */
    abstract void loadSum(int pixel, int vector, Mem from);

    abstract void storeSum(int pixel, int vector, Mem to);

    @Override
    final int elementSize() {
        return 1;
    }

    @Override
    void enter() {
        asm.mov(Gpr.RDX, place(CallBlock.Y));
    }

    @Override
    final void loadSums() {
        Label resume = new Label();
        Label end = new Label();
        asm.cmp(place(CallBlock.RESUME), 0);
        asm.jnz(resume);
        asm.mov(ROW, place(CallBlock.BIAS));
        for (int p = 0; p < pixels; p++) {
            for (int v = 0; v < vectors; v++) {
                loadSum(p, v, Mem.at(ROW, v * isa.bits() / 8));
            }
        }
        asm.jmp(end);
        asm.bind(resume);
        asm.mov(ROW, Gpr.RDX);
        for (int p = 0; p < pixels; p++) {
            for (int v = 0; v < vectors; v++) {
                loadSum(p, v, Mem.at(ROW, v * isa.bits() / 8));
            }
            asm.add(ROW, Gpr.R11);
        }
        asm.bind(end);
    }

    @Override
    final void storeSums() {
        asm.mov(ROW, Gpr.RDX);
        for (int p = 0; p < pixels; p++) {
            for (int v = 0; v < vectors; v++) {
                storeSum(p, v, Mem.at(ROW, v * isa.bits() / 8));
            }
            asm.add(ROW, Gpr.R11);
        }
    }

    @Override
    final void nextResults() {
        asm.mov(Gpr.RDX, ROW);
    }
}

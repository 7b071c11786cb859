package quern.machinecode;

/** A tile of {@code depthwiseF32}: each channel of input meets a weight of its own. */
final class DepthwiseF32Code extends FloatCode {
    DepthwiseF32Code(VectorAssembler asm, Isa isa, int pixels, int vectors) {
        super(asm, isa, pixels, vectors);
    }

    @Override
    void addTap() {
        for (int v = 0; v < vectors; v++) {
            load(spare(v), v, weights(v));
        }
        for (int p = 0; p < pixels; p++) {
            for (int v = 0; v < vectors; v++) {
                Mem x = input(p, v * isa.bits() / 8);
                if (v < vectors - 1) {
                    asm.vfmadd231ps(sum(p, v), spare(v), x);
                } else if (isa.bits() == 512) {
                    asm.vfmadd231ps(sum(p, v), Opmask.K1, spare(v), x);
                } else {
                    load(spare(2), v, x);
                    asm.vfmadd231ps(sum(p, v), spare(v), spare(2));
                }
            }
        }
    }
}

package quern.machinecode;

/** A tile of {@code gemmF32}: one number of input for each pixel meets weights of all channels. */
final class GemmF32Code extends FloatCode {
    GemmF32Code(VectorAssembler asm, Isa isa, int pixels, int vectors) {
        super(asm, isa, pixels, vectors);
    }

    @Override
    void addTap() {
        for (int v = 0; v < vectors; v++) {
            asm.vmovups(spare(v), weights(v));
        }
        if (isa.bits() == 512 && vectors == 1) {
            for (int p = 0; p < pixels; p++) {
                asm.vfmadd231ps(sum(p, 0), spare(0), input(p, 0).broadcasting());
            }
            return;
        }
        for (int p = 0; p < pixels; p++) {
            Vec x = input(p);
            asm.vbroadcastss(x, input(p, 0));
            for (int v = 0; v < vectors; v++) {
                asm.vfmadd231ps(sum(p, v), x, spare(v));
            }
        }
    }

    /** With 32 registers the inputs of neighbouring pixels do not wait for each other. */
    private Vec input(int pixel) {
        return isa.bits() == 512 ? spare(4 + pixel % 4) : spare(2);
    }
}

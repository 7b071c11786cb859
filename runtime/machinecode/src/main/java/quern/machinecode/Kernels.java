package quern.machinecode;

/**
 * All kernels of one instruction set in one piece of code. They begin at the given positions, by
 * vectors less one and pixels less one.
 */
record Kernels(byte[] code, int[][] gemmF32, int[][] gemmS8, int[][] depthwiseF32) {
    private interface Maker {
        TileCode make(VectorAssembler asm, Isa isa, int pixels, int vectors);
    }

    static Kernels of(Isa isa) {
        VectorAssembler asm = new VectorAssembler();
        int[][] gemmF32 = emit(asm, isa, isa.pixels(), GemmF32Code::new);
        int[][] gemmS8 =
                emit(
                        asm,
                        isa,
                        isa.codePixels(),
                        isa == Isa.AVX2 ? GemmS8WideCode::new : GemmS8DotCode::new);
        int[][] depthwiseF32 = emit(asm, isa, isa.pixels(), DepthwiseF32Code::new);
        return new Kernels(asm.toBytes(), gemmF32, gemmS8, depthwiseF32);
    }

    private static int[][] emit(VectorAssembler asm, Isa isa, int pixels, Maker maker) {
        int[][] starts = new int[isa.vectors()][pixels];
        for (int v = 0; v < isa.vectors(); v++) {
            for (int p = 0; p < pixels; p++) {
                starts[v][p] = maker.make(asm, isa, p + 1, v + 1).emit();
            }
        }
        return starts;
    }
}

package quern.runtime.kernel;

import quern.fixedpoint.AddRescale;
import quern.numeric.Fma;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/** Sum of 8-bit codes in mode float-even: raw codes and zero points stand inside the rounding. */
final class AddS8FloatEven extends BinaryKernel {
    private final Microkernels micro;
    private final int aMask;
    private final float[] bTerms = new float[Codes.BYTES];
    private final AddRescale rescale;

    AddS8FloatEven(String name, Preparation p, AddRescale rescale) {
        super(name, p);
        this.micro = p.micro();
        this.aMask = Codes.of(p.type(0)).mask();
        this.rescale = rescale;
        int bMask = Codes.of(p.type(1)).mask();
        for (int b = 0; b < bTerms.length; b++) {
            float code = (byte) b & bMask;
            bTerms[b] = Fma.fma(code, rescale.ratioB(), rescale.constant());
        }
    }

    @Override
    void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
        micro.addS8FloatEven(
                a.bytes(arena),
                aOffset,
                aStep,
                aMask,
                rescale.ratioA(),
                b.bytes(arena),
                bOffset,
                bStep,
                bTerms,
                rescale.min(),
                rescale.max(),
                y.bytes(arena),
                yOffset,
                n);
    }
}

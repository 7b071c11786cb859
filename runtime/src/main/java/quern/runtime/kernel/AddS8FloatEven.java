package quern.runtime.kernel;

import quern.fixedpoint.AddRescale;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/** Sum of 8-bit codes in mode float-even: raw codes and zero points stand inside the rounding. */
final class AddS8FloatEven extends BinaryKernel {
    private final Microkernels micro;
    private final int aMask;
    private final int bMask;
    private final AddRescale rescale;

    AddS8FloatEven(String name, Preparation p, AddRescale rescale) {
        super(name, p);
        this.micro = p.micro();
        this.aMask = Codes.of(p.type(0)).mask();
        this.bMask = Codes.of(p.type(1)).mask();
        this.rescale = rescale;
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
                bMask,
                rescale.ratioB(),
                rescale.constant(),
                rescale.min(),
                rescale.max(),
                y.bytes(arena),
                yOffset,
                n);
    }
}

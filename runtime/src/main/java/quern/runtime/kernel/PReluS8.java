package quern.runtime.kernel;

import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.LeakyRescale;
import quern.reference.NodeActivation;
import quern.runtime.arena.Arena;
import quern.tensor.TensorType;

/** Parametric ReLU of 8-bit codes in a fixed-point mode. */
final class PReluS8 extends BinaryKernel {
    private final Codes x;
    private final Codes slope;
    private final LeakyRescale rescale;
    private final int zeroOut;
    private final int min;
    private final int max;

    PReluS8(String name, Preparation p) {
        super(name, p);
        TensorType out = p.output().type();
        this.x = Codes.of(p.type(0));
        this.slope = Codes.of(p.type(1));
        this.rescale = NodeActivation.prelu(p.node(), p.type(0), p.type(1), out);
        this.zeroOut = out.zeroPoint(0);
        this.min = out.codeMin() - zeroOut;
        this.max = out.codeMax() - zeroOut;
    }

    @Override
    void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
        byte[] in = a.bytes(arena);
        byte[] slopes = b.bytes(arena);
        byte[] out = y.bytes(arena);
        for (int i = 0; i < n; i++) {
            int centred = (in[aOffset + i * aStep] & x.mask()) - x.zero();
            int by = (slopes[bOffset + i * bStep] & slope.mask()) - slope.zero();
            int steps = FixedPoint.clamp(rescale.steps(centred, by), min, max);
            out[yOffset + i] = (byte) (steps + zeroOut);
        }
    }
}

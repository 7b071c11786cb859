package quern.runtime.kernel;

import quern.op.Activation;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/** Sum or product of float32 operands, then the activation. */
final class BinaryF32 extends BinaryKernel {
    private final Microkernels micro;
    private final boolean product;
    private final Activation activation;

    BinaryF32(Preparation p, boolean product, Activation activation) {
        super(product ? "mulF32F32F32" : "addF32F32F32", p);
        this.micro = p.micro();
        this.product = product;
        this.activation = activation;
    }

    @Override
    void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
        float[] x = a.floats(arena);
        float[] w = b.floats(arena);
        float[] out = y.floats(arena);
        if (product) {
            micro.mulF32(x, aOffset, aStep, w, bOffset, bStep, out, yOffset, n);
        } else {
            micro.addF32(x, aOffset, aStep, w, bOffset, bStep, out, yOffset, n);
        }
        if (activation != Activation.NONE) {
            micro.clampF32(out, yOffset, activation.min(), activation.max(), out, yOffset, n);
        }
    }
}

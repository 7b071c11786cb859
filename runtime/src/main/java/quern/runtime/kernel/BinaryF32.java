package quern.runtime.kernel;

import quern.op.Activation;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/** A function of two float32 operands, then the activation. */
final class BinaryF32 extends BinaryKernel {
    /** A row of results; an operand with step 0 stays where it is. */
    @FunctionalInterface
    interface Row {
        void run(
                float[] a,
                int aOffset,
                int aStep,
                float[] b,
                int bOffset,
                int bStep,
                float[] y,
                int yOffset,
                int n);
    }

    private final Microkernels micro;
    private final Row function;
    private final Activation activation;

    BinaryF32(String name, Preparation p, Row function, Activation activation) {
        super(name + "F32F32F32", p);
        this.micro = p.micro();
        this.function = function;
        this.activation = activation;
    }

    @Override
    void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
        float[] x = a.floats(arena);
        float[] w = b.floats(arena);
        float[] out = y.floats(arena);
        function.run(x, aOffset, aStep, w, bOffset, bStep, out, yOffset, n);
        if (activation != Activation.NONE) {
            micro.clampF32(out, yOffset, activation.min(), activation.max(), out, yOffset, n);
        }
    }
}

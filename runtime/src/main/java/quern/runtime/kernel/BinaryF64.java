package quern.runtime.kernel;

import java.util.function.DoubleBinaryOperator;
import quern.runtime.arena.Arena;

/** A function of two float64 numbers. */
final class BinaryF64 extends BinaryKernel {
    private final DoubleBinaryOperator function;

    BinaryF64(String name, Preparation p, DoubleBinaryOperator function) {
        super(name, p);
        this.function = function;
    }

    @Override
    void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
        double[] x = (double[]) a.array(arena);
        double[] w = (double[]) b.array(arena);
        double[] out = (double[]) y.array(arena);
        for (int i = 0; i < n; i++) {
            out[yOffset + i] =
                    function.applyAsDouble(x[aOffset + i * aStep], w[bOffset + i * bStep]);
        }
    }
}

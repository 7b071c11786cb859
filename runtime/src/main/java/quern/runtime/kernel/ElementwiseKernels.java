package quern.runtime.kernel;

import quern.op.Activation;
import quern.op.UnaryMath;
import quern.op.activation.Gelu;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Silu;
import quern.op.activation.Tanh;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType;

/** Makes the kernels of functions of one element; those of one code are {@link CodeTables}. */
final class ElementwiseKernels {
    private ElementwiseKernels() {}

    static Kernel relu(Relu op, Preparation p) {
        return p.isReal() ? clamp("reluF32", p, Activation.RELU) : CodeTables.lookup("relu", p);
    }

    static Kernel relu6(Relu6 op, Preparation p) {
        return p.isReal() ? clamp("relu6F32", p, Activation.RELU6) : CodeTables.lookup("relu6", p);
    }

    static Kernel logistic(Logistic op, Preparation p) {
        if (!p.isReal()) {
            return CodeTables.lookup("logistic", p);
        }
        Operand x = p.input(0);
        Operand y = p.output();
        Microkernels micro = p.micro();
        return new MapKernel(
                "logisticF32",
                y.elements(),
                (arena, start, n) ->
                        micro.sigmoidF32(
                                x.floats(arena),
                                x.offset(arena) + start,
                                y.floats(arena),
                                y.offset(arena) + start,
                                n));
    }

    static Kernel tanh(Tanh op, Preparation p) {
        return p.isReal() ? row("tanhF32", p, p.micro()::tanhF32) : CodeTables.lookup("tanh", p);
    }

    static Kernel unary(UnaryMath op, Preparation p) {
        String name = p.operator();
        DType in = p.type(0).dtype();
        if (p.isReal()) {
            return op instanceof Silu
                    ? row("siluF32", p, p.micro()::siluF32)
                    : op instanceof Gelu g && !g.approximate()
                            ? row("geluF32", p, p.micro()::geluF32)
                            : map(name + "F32", p, op::apply);
        } else if (in == DType.S32 || in == DType.S64) {
            return IntegerKernels.unary(name + in, p, op);
        }
        return CodeTables.lookup(name, p);
    }

    /** A function of a row of real numbers. */
    @FunctionalInterface
    private interface RealRow {
        void run(float[] x, int xOffset, float[] y, int yOffset, int n);
    }

    private static Kernel row(String name, Preparation p, RealRow row) {
        Operand x = p.input(0);
        Operand y = p.output();
        return new MapKernel(
                name,
                y.elements(),
                (arena, start, n) ->
                        row.run(
                                x.floats(arena),
                                x.offset(arena) + start,
                                y.floats(arena),
                                y.offset(arena) + start,
                                n));
    }

    static Kernel leakyRelu(LeakyRelu op, Preparation p) {
        float alpha = op.alpha();
        return p.isReal()
                ? map("leakyReluF32", p, v -> v >= 0 ? v : v * alpha)
                : CodeTables.lookup("leakyRelu", p);
    }

    static Kernel hardSwish(HardSwish op, Preparation p) {
        return p.isReal()
                ? map("hardSwishF32", p, v -> v * (Activation.RELU6.apply(v + 3) / 6))
                : CodeTables.lookup("hardSwish", p);
    }

    /** A function of a real number. */
    @FunctionalInterface
    private interface RealFunction {
        float apply(float x);
    }

    private static Kernel map(String name, Preparation p, RealFunction f) {
        Operand x = p.input(0);
        Operand y = p.output();
        return new MapKernel(
                name,
                y.elements(),
                (arena, start, n) -> {
                    float[] in = x.floats(arena);
                    float[] out = y.floats(arena);
                    int from = x.offset(arena) + start;
                    int to = y.offset(arena) + start;
                    for (int i = 0; i < n; i++) {
                        out[to + i] = f.apply(in[from + i]);
                    }
                });
    }

    private static Kernel clamp(String name, Preparation p, Activation activation) {
        Operand x = p.input(0);
        Operand y = p.output();
        Microkernels micro = p.micro();
        return new MapKernel(
                name,
                y.elements(),
                (arena, start, n) ->
                        micro.clampF32(
                                x.floats(arena),
                                x.offset(arena) + start,
                                activation.min(),
                                activation.max(),
                                y.floats(arena),
                                y.offset(arena) + start,
                                n));
    }
}

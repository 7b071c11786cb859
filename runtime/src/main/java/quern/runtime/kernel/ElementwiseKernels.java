package quern.runtime.kernel;

import quern.op.Activation;
import quern.op.Op;
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
        return function(op, p);
    }

    static Kernel tanh(Tanh op, Preparation p) {
        return function(op, p);
    }

    static Kernel leakyRelu(LeakyRelu op, Preparation p) {
        return function(op, p);
    }

    static Kernel hardSwish(HardSwish op, Preparation p) {
        return function(op, p);
    }

    static Kernel unary(UnaryMath op, Preparation p) {
        DType in = p.type(0).dtype();
        return in == DType.S32 || in == DType.S64
                ? IntegerKernels.unary(p.operator() + in, p, op)
                : function(op, p);
    }

    /** A function of one element, on numbers or by a table of codes. */
    private static Kernel function(Op op, Preparation p) {
        if (!p.isReal()) {
            return CodeTables.lookup(p.operator(), p);
        }
        RealRow row = rowOf(op, p.micro());
        Operand x = p.input(0);
        Operand y = p.output();
        return new MapKernel(
                p.operator() + "F32",
                y.elements(),
                (arena, start, n) ->
                        row.run(
                                x.floats(arena),
                                x.offset(arena) + start,
                                y.floats(arena),
                                y.offset(arena) + start,
                                n));
    }

    /** A function of a row of real numbers; the rows may be one. */
    @FunctionalInterface
    interface RealRow {
        void run(float[] x, int xOffset, float[] y, int yOffset, int n);
    }

    /** Whether {@link #rowOf} knows the function of an operator. */
    static boolean isFunction(Op op) {
        return op instanceof UnaryMath
                || op instanceof Logistic
                || op instanceof Tanh
                || op instanceof HardSwish
                || op instanceof LeakyRelu;
    }

    /** The function of an operator of one float32 number. */
    static RealRow rowOf(Op op, Microkernels micro) {
        if (op instanceof Logistic) {
            return micro::sigmoidF32;
        } else if (op instanceof Silu) {
            return micro::siluF32;
        } else if (op instanceof Tanh) {
            return micro::tanhF32;
        } else if (op instanceof Gelu g && !g.approximate()) {
            return micro::geluF32;
        } else if (op instanceof LeakyRelu l) {
            float alpha = l.alpha();
            return each(v -> v >= 0 ? v : v * alpha);
        } else if (op instanceof HardSwish) {
            return each(v -> v * (Activation.RELU6.apply(v + 3) / 6));
        }
        return each(((UnaryMath) op)::apply);
    }

    /** A function of a real number. */
    @FunctionalInterface
    private interface RealFunction {
        float apply(float x);
    }

    private static RealRow each(RealFunction f) {
        return (x, xOffset, y, yOffset, n) -> {
            for (int i = 0; i < n; i++) {
                y[yOffset + i] = f.apply(x[xOffset + i]);
            }
        };
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

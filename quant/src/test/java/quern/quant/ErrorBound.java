package quern.quant;

import java.util.ArrayList;
import java.util.List;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.Op;
import quern.op.UnaryMath;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.LogSoftmax;
import quern.op.activation.Logistic;
import quern.op.activation.PRelu;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.image.ResizeBilinear;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Mul;
import quern.op.math.SquaredDifference;
import quern.op.math.Sub;
import quern.op.nn.BatchMatmul;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.op.reduction.L2Normalization;
import quern.op.reduction.Sum;
import quern.quant.affine.Channels;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * How far the output of a quantized node may be from that of its float node, element by element, as
 * it follows from the scales: every operand is off by half a step, and the output by rounding.
 */
final class ErrorBound {
    /** Half a step, and a little for the roundings of binary32. */
    private static final double HALF = 0.5002;

    /** Half a step of the last rounding, half from a double rounding, half at the range's end. */
    private static final double OUTPUT_STEPS = 1.51;

    /** A little more than the least length of L2Normalization. */
    private static final double SHORTEST = 1.001e-6;

    private ErrorBound() {}

    /**
     * @param n the float node
     * @param operands its operands
     * @param types types of the operands in the quantized graph
     * @param y type of the output in the quantized graph
     */
    static Tensor of(Node n, List<Tensor> operands, List<TensorType> types, TensorType y) {
        double rounding = OUTPUT_STEPS * y.scale(0);
        Op op = n.op();
        if (op instanceof Conv2d
                || op instanceof DepthwiseConv2d
                || op instanceof TransposeConv
                || op instanceof FullyConnected) {
            return OpRuns.map(weighted(op, operands, types), e -> e + rounding);
        } else if (op instanceof BatchMatmul) {
            return OpRuns.map(matmul(op, operands, types), e -> e + rounding);
        } else if (op instanceof Mul) {
            return OpRuns.map(product(operands, types), e -> e + rounding);
        }
        if (op instanceof Div) {
            return OpRuns.map(quotient(operands, types), e -> e + rounding);
        } else if (op instanceof SquaredDifference) {
            double off = HALF * (types.get(0).scale(0) + types.get(1).scale(0));
            Tensor square = OpRuns.run(op, operands);
            double bits = fewBits(types);
            return OpRuns.map(
                    square,
                    v -> {
                        double all = off + bits;
                        return (2 * Math.sqrt(v) + all) * all + v * 1e-5 + rounding;
                    });
        } else if (op instanceof UnaryMath) {
            return function(op, operands.get(0), HALF * types.get(0).scale(0), rounding);
        }
        if (op instanceof PRelu) {
            double dx = HALF * types.get(0).scale(0);
            return OpRuns.map(product(operands, types), e -> e + dx + rounding);
        }
        double input = types.stream().mapToDouble(t -> HALF * t.scale(0)).max().orElse(0);
        double bound = input + rounding;
        if (op instanceof Add || op instanceof Sub) {
            bound = types.stream().mapToDouble(t -> HALF * t.scale(0)).sum() + rounding;
        } else if (op instanceof Sum) {
            int results = Math.max(1, y.shape().elements());
            bound = input * (operands.get(0).elements() / results) + rounding;
        } else if (op instanceof L2Normalization) {
            return directions(operands.get(0), input, y);
        } else if (op instanceof ResizeBilinear) {
            bound += integer(op, operands);
        } else if (op instanceof Softmax s) {
            bound = Math.expm1(2 * input * s.beta()) + 3 * y.scale(0);
        } else if (op instanceof LogSoftmax) {
            double few = 2 * input + 3 * y.scale(0);
            return OpRuns.map(
                    OpRuns.run(op, operands),
                    v -> few + Math.abs(v) * 1e-5 + lost(v - 2 * input) + Math.max(0, -v - 15.9));
        } else if (op instanceof Tanh) {
            bound = input + 3 * y.scale(0);
        } else if (op instanceof LeakyRelu l) {
            bound = input * Math.max(1, Math.abs(l.alpha())) + rounding;
        } else if (op instanceof HardSwish) {
            bound = 1.5 * input + rounding + y.scale(0);
        } else if (op instanceof Logistic) {
            bound = input / 4 + 3 * y.scale(0);
        }
        double all = bound;
        return OpRuns.map(OpRuns.run(op, operands), v -> all + Math.abs(v) * 1e-5);
    }

    /**
     * How far integer arithmetic may be from the real operator on the same codes, beyond rounding.
     *
     * <p>A bilinear resize has its positions in 1024ths: up to {@code (out + 3) / 2048} pixels an
     * axis, times the most that two neighbours differ by. An L2 normalization of codes knows no
     * least length. Other operators: 0.
     */
    static double integer(Op op, List<Tensor> operands) {
        if (op instanceof ResizeBilinear r) {
            double least = 0;
            double most = 0;
            for (int i = 0; i < operands.get(0).elements(); i++) {
                least = Math.min(least, operands.get(0).real(i));
                most = Math.max(most, operands.get(0).real(i));
            }
            return (most - least) * (r.size().at(0) + r.size().at(1) + 6) / 2048;
        } else if (op instanceof L2Normalization) {
            Tensor x = operands.get(0);
            boolean shorter = false;
            for (int i = 0; i < x.elements(); i++) {
                shorter |= x.real(i) != 0 && length(x, i) < SHORTEST;
            }
            return shorter ? 1 : 0;
        }
        return 0;
    }

    /**
     * How far a function moves to either end of the interval around an operand; where it turns in
     * between, its slope is at most 2. Infinite where an end has no value.
     */
    private static Tensor function(Op op, Tensor x, double input, double rounding) {
        Tensor bound = OpRuns.run(op, List.of(x));
        Tensor low = OpRuns.run(op, List.of(OpRuns.map(x, v -> v - input)));
        Tensor high = OpRuns.run(op, List.of(OpRuns.map(x, v -> v + input)));
        for (int i = 0; i < x.elements(); i++) {
            double y = bound.real(i);
            double ends = Math.max(Math.abs(low.real(i) - y), Math.abs(high.real(i) - y));
            double all = Math.max(ends, 2 * input) + rounding + Math.abs(y) * 1e-5;
            bound.floats()[i] = all == all ? (float) all : Float.POSITIVE_INFINITY;
        }
        return bound;
    }

    /** {@code (da + |a/b| db) / (|b| - db)}; infinite where the divisor may be zero. */
    private static Tensor quotient(List<Tensor> operands, List<TensorType> types) {
        double da = HALF * types.get(0).scale(0);
        double db = HALF * types.get(1).scale(0);
        Div plain = new Div(Activation.NONE);
        Tensor off =
                OpRuns.map(
                        OpRuns.run(plain, operands),
                        v -> da + Math.abs(v) * (db + 1e-5 * types.get(1).scale(0)));
        Tensor divisor = OpRuns.map(operands.get(1), v -> Math.max(0, Math.abs(v) - db));
        return OpRuns.run(plain, List.of(off, divisor));
    }

    /** A logarithm of softmax below -15.5 is the least code, -15.94. */
    static double lost(double logarithm) {
        return logarithm < -15.4 ? 0.5 : 0;
    }

    /** A difference of codes before it is squared is right to so much: seven bits are few. */
    static double fewBits(List<TensorType> types) {
        return Math.max(types.get(0).scale(0), types.get(1).scale(0)) / 64 * 1.01;
    }

    /** The length of the vector that element {@code i} belongs to. */
    private static double length(Tensor x, int i) {
        int depth = x.shape().dim(x.shape().rank() - 1);
        double squares = 0;
        for (int j = i - i % depth; j < i - i % depth + depth; j++) {
            squares += (double) x.real(j) * x.real(j);
        }
        return Math.sqrt(squares);
    }

    /** Twice the error of a vector in units of its length, never more than from end to end. */
    private static Tensor directions(Tensor x, double input, TensorType y) {
        Tensor bound = x.copy();
        double off = 2 * input * Math.sqrt(x.shape().dim(x.shape().rank() - 1));
        for (int i = 0; i < x.elements(); i++) {
            double length = length(x, i);
            double turned = length < 2 * SHORTEST ? 2 : Math.min(2, off / length);
            bound.floats()[i] = (float) (turned + 3 * y.scale(0));
        }
        return bound;
    }

    /** {@code |x| dw + dx (|w| + dw) + db}, each sum by the operator itself. */
    private static Tensor weighted(Op op, List<Tensor> operands, List<TensorType> types) {
        Tensor x = OpRuns.map(operands.get(0), Math::abs);
        Tensor w = OpRuns.map(operands.get(1), Math::abs);
        TensorType wType = types.get(1);
        Channels channels = Channels.of(wType);
        Tensor dw = w.copy();
        for (int i = 0; i < dw.elements(); i++) {
            dw.floats()[i] = (float) (HALF * wType.scale(channels.of(i)));
        }
        double dx = HALF * types.get(0).scale(0);
        List<Tensor> first = new ArrayList<>(List.of(x, dw));
        if (operands.size() > 2) {
            Tensor db = operands.get(2).copy();
            for (int c = 0; c < db.elements(); c++) {
                double unit = (double) types.get(0).scale(0) * wType.scale(c);
                db.floats()[c] = (float) (HALF * unit + 1e-6 * Math.abs(db.real(c)));
            }
            first.add(db);
        }
        Tensor sum = w.copy();
        for (int i = 0; i < sum.elements(); i++) {
            sum.floats()[i] += dw.real(i);
        }
        Op linear = linear(op);
        Tensor a = OpRuns.run(linear, first);
        Tensor b = OpRuns.run(linear, List.of(OpRuns.map(x, v -> dx + v * 1e-5), sum));
        return OpRuns.run(new Add(Activation.NONE), List.of(a, b));
    }

    private static Op linear(Op op) {
        if (op instanceof Conv2d c) {
            return new Conv2d(c.stride(), c.dilation(), c.padding(), c.groups(), Activation.NONE);
        } else if (op instanceof DepthwiseConv2d c) {
            return new DepthwiseConv2d(c.stride(), c.dilation(), c.padding(), Activation.NONE);
        } else if (op instanceof TransposeConv c) {
            return c.with(Activation.NONE);
        }
        return new FullyConnected(((FullyConnected) op).keepDims(), Activation.NONE);
    }

    /** Sums of {@code |a| db + da (|b| + db)}, each by the operator itself. */
    private static Tensor matmul(Op op, List<Tensor> operands, List<TensorType> types) {
        double da = HALF * types.get(0).scale(0);
        double db = HALF * types.get(1).scale(0);
        Tensor a = OpRuns.map(operands.get(0), v -> Math.abs(v));
        Tensor b = OpRuns.map(operands.get(1), v -> Math.abs(v) + db);
        Tensor left = OpRuns.run(op, List.of(a, OpRuns.map(b, v -> db)));
        Tensor right = OpRuns.run(op, List.of(OpRuns.map(a, v -> da + v * 1e-5), b));
        return OpRuns.run(new Add(Activation.NONE), List.of(left, right));
    }

    /** {@code |a| db + |b| da + da db}. */
    private static Tensor product(List<Tensor> operands, List<TensorType> types) {
        double da = HALF * types.get(0).scale(0);
        double db = HALF * types.get(1).scale(0);
        Tensor a = OpRuns.map(operands.get(0), v -> Math.abs(v) * db * 1.00001);
        Tensor b = OpRuns.map(operands.get(1), v -> (Math.abs(v) + db) * da * 1.00001);
        return OpRuns.run(new Add(Activation.NONE), List.of(a, b));
    }
}

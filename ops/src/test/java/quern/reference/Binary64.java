package quern.reference;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import quern.cases.OpCase;
import quern.fixedpoint.RoundingMode;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.BinaryMath;
import quern.op.Op;
import quern.op.UnaryMath;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.LogSoftmax;
import quern.op.activation.Logistic;
import quern.op.activation.PRelu;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.op.nn.BatchMatmul;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.L2Pool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.op.reduction.L2Normalization;
import quern.op.reduction.LayerNormalization;
import quern.op.reduction.LocalResponseNormalization;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.Sum;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * What an operator means on real numbers, in binary64: a second implementation that shares nothing
 * with the kernels. Codes are dequantized first.
 *
 * @param values the results
 * @param magnitudes for each result the sum of the magnitudes it was made of, which bounds rounding
 *     errors
 */
record Binary64(double[] values, double[] magnitudes) {
    static Binary64 of(OpCase c) {
        Node node = c.node();
        Tensor[] in = new Tensor[node.inputs().size()];
        double[][] reals = new double[in.length][];
        int next = 0;
        for (int i = 0; i < in.length; i++) {
            String name = node.inputs().get(i);
            if (node.has(i)) {
                in[i] = c.graph().constant(name).orElse(null);
                in[i] = in[i] == null ? c.inputs().get(next++) : in[i];
                reals[i] = reals(in[i]);
            }
        }
        Binary64 exact = of(node.op(), in, reals, node.output().type().shape());
        boolean table =
                node.op() instanceof Softmax
                        && node.rounding() == RoundingMode.FLOAT_EVEN
                        && in[0].dtype().bits() == 8
                        && node.output().type().dtype().bits() == 8;
        return table ? wholeSteps(exact, node.output().type().scale(0)) : exact;
    }

    /** A softmax by table counts in so many steps to 1 as fit, without the rest. */
    private static Binary64 wholeSteps(Binary64 exact, double scale) {
        double share = Math.floor((float) (1 / scale)) * scale;
        return bounded(Arrays.stream(exact.values).map(v -> v * share).toArray());
    }

    private static Binary64 of(Op op, Tensor[] in, double[][] x, Shape y) {
        if (op instanceof Conv2d || op instanceof DepthwiseConv2d) {
            return Binary64Windows.convolution(op, in, x, y);
        } else if (op instanceof TransposeConv t) {
            return Binary64Windows.transposed(t, in, x, y);
        } else if (op instanceof AveragePool2d || op instanceof MaxPool2d) {
            return Binary64Windows.pooling(op, in[0].shape(), x[0], y);
        } else if (op instanceof L2Pool2d p) {
            AveragePool2d mean =
                    new AveragePool2d(p.kernel(), p.stride(), p.padding(), Activation.NONE);
            double[] squares = Arrays.stream(x[0]).map(v -> v * v).toArray();
            Binary64 means = Binary64Windows.pooling(mean, in[0].shape(), squares, y);
            double[] roots = Arrays.stream(means.values).map(Math::sqrt).toArray();
            // Squares of very small numbers lose digits, those of very large ones are infinite.
            double[] terms = new double[roots.length];
            Arrays.setAll(terms, i -> means.values[i] < 1e37 ? roots[i] + 1e-18 : means.values[i]);
            return new Binary64(roots, terms).activated(p.activation());
        } else if (op instanceof LogSoftmax s) {
            Binary64 shares = softmax(new Softmax(s.axis(), 1), in[0].shape(), x[0]);
            double[] logs = Arrays.stream(shares.values).map(Math::log).toArray();
            double most = Arrays.stream(x[0]).map(Math::abs).max().orElse(0) + 8;
            return new Binary64(logs, Arrays.stream(logs).map(v -> most).toArray());
        } else if (op instanceof LocalResponseNormalization n) {
            return Binary64Functions.localResponse(n, x[0], y.dim(y.rank() - 1));
        } else if (op instanceof BatchMatmul m) {
            return matmul(m, in, x, y);
        } else if (op instanceof FullyConnected f) {
            return fullyConnected(f, in, x);
        } else if (op instanceof BinaryMath b) {
            Binary64 r = pairs(in, x, y, Binary64Functions.of(b), Binary64Functions.terms(b));
            double[] sums = r.magnitudes.clone();
            Arrays.setAll(sums, i -> sums[i] + Math.abs(r.values[i]));
            Binary64 all = new Binary64(r.values, sums);
            return b instanceof Div d ? all.activated(d.activation()) : all;
        } else if (op instanceof UnaryMath u) {
            return Binary64Functions.unary(u, x[0]);
        } else if (op instanceof Add a) {
            return sums(in, x, y, Double::sum).activated(a.activation());
        } else if (op instanceof Sub s) {
            return sums(in, x, y, (a, b) -> a - b).activated(s.activation());
        } else if (op instanceof Maximum) {
            return sums(in, x, y, Math::max);
        } else if (op instanceof Minimum) {
            return sums(in, x, y, Math::min);
        } else if (op instanceof Mul m) {
            return pairs(in, x, y, (a, b) -> a * b, (a, b) -> a * b).activated(m.activation());
        } else if (op instanceof Mean m) {
            return Binary64Reductions.sum(m.axes(), in[0].shape(), x[0], y)
                    .divided((double) x[0].length / Math.max(1, y.elements()));
        } else if (op instanceof Sum s) {
            return Binary64Reductions.sum(s.axes(), in[0].shape(), x[0], y);
        } else if (op instanceof ReduceMax m) {
            return Binary64Reductions.extreme(m.axes(), in[0].shape(), x[0], y, 1);
        } else if (op instanceof ReduceMin m) {
            return Binary64Reductions.extreme(m.axes(), in[0].shape(), x[0], y, -1);
        } else if (op instanceof L2Normalization) {
            return Binary64Reductions.l2(in[0].shape(), x[0]);
        } else if (op instanceof LayerNormalization l) {
            return Binary64Reductions.layer(l.epsilon(), x);
        } else if (op instanceof Softmax s) {
            return softmax(s, in[0].shape(), x[0]);
        } else if (op instanceof Logistic) {
            return bounded(map(x[0], v -> 1 / (1 + Math.exp(-v))).values());
        } else if (op instanceof Tanh) {
            return bounded(map(x[0], Math::tanh).values());
        } else if (op instanceof LeakyRelu l) {
            return map(x[0], v -> v >= 0 ? v : v * l.alpha());
        } else if (op instanceof HardSwish) {
            return map(x[0], v -> v * Math.min(Math.max(v + 3, 0), 6) / 6);
        } else if (op instanceof PRelu) {
            return pairs(in, x, y, (a, b) -> a >= 0 ? a : a * b, (a, b) -> a + a * b);
        } else if (op instanceof Relu) {
            return map(x[0], v -> Math.max(v, 0));
        } else if (op instanceof Relu6) {
            return map(x[0], v -> Math.min(Math.max(v, 0), 6));
        } else if (op instanceof Quantize || op instanceof Dequantize || op instanceof Requantize) {
            return map(x[0], v -> v);
        }
        throw new AssertionError("no binary64 meaning of " + op);
    }

    private Binary64 divided(double count) {
        return new Binary64(
                Arrays.stream(values).map(v -> v / count).toArray(),
                Arrays.stream(magnitudes).map(v -> v / count).toArray());
    }

    private static double[] reals(Tensor t) {
        double[] reals = new double[t.elements()];
        for (int i = 0; i < reals.length; i++) {
            if (!t.type().isQuantized()) {
                reals[i] = t.dtype().isFloat() ? t.real(i) : t.integer(i);
            } else if (t.type().quant() instanceof Quant.PerBlock) {
                throw new AssertionError("no random case has block scales");
            } else {
                int channel = 0;
                if (t.type().quant() instanceof Quant.PerChannel p) {
                    int inner = 1;
                    for (int a = p.axis() + 1; a < t.shape().rank(); a++) {
                        inner *= t.shape().dim(a);
                    }
                    channel = i / inner % t.shape().dim(p.axis());
                }
                reals[i] =
                        (double) t.type().scale(channel)
                                * (t.integer(i) - t.type().zeroPoint(channel));
            }
        }
        return reals;
    }

    /** An int32 bias of a quantized node counts in units of input scale times weight scale. */
    static double bias(Tensor[] in, double[][] x, int channel) {
        if (in.length < 3 || in[2] == null) {
            return 0;
        }
        boolean codes = in[0].type().isQuantized();
        double unit = codes ? (double) in[0].type().scale(0) * in[1].type().scale(channel) : 1;
        return x[2][channel] * unit;
    }

    Binary64 activated(Activation activation) {
        return new Binary64(
                Arrays.stream(values)
                        .map(v -> Math.min(Math.max(v, activation.min()), activation.max()))
                        .toArray(),
                magnitudes);
    }

    private static Binary64 map(double[] x, DoubleUnaryOperator f) {
        return new Binary64(
                Arrays.stream(x).map(f).toArray(), Arrays.stream(x).map(Math::abs).toArray());
    }

    private static Binary64 fullyConnected(FullyConnected op, Tensor[] in, double[][] x) {
        int outputs = in[1].shape().dim(0);
        int depth = in[1].shape().dim(1);
        int rows = x[0].length / depth;
        double[] values = new double[rows * outputs];
        double[] magnitudes = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bias(in, x, i % outputs);
            magnitudes[i] = Math.abs(values[i]);
            for (int k = 0; k < depth; k++) {
                double p = x[0][i / outputs * depth + k] * x[1][i % outputs * depth + k];
                values[i] += p;
                magnitudes[i] += Math.abs(p);
            }
        }
        return new Binary64(values, magnitudes).activated(op.activation());
    }

    private static Binary64 sums(
            Tensor[] in, double[][] x, Shape y, DoubleBinaryOperator function) {
        return pairs(in, x, y, function, Double::sum);
    }

    private static Binary64 pairs(
            Tensor[] in,
            double[][] x,
            Shape y,
            DoubleBinaryOperator function,
            DoubleBinaryOperator magnitude) {
        double[] values = new double[y.elements()];
        double[] magnitudes = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double a = x[0][broadcast(in[0].shape(), y, i)];
            double b = x[in.length - 1][broadcast(in[in.length - 1].shape(), y, i)];
            values[i] = function.applyAsDouble(a, b);
            magnitudes[i] = magnitude.applyAsDouble(Math.abs(a), Math.abs(b));
        }
        return new Binary64(values, magnitudes);
    }

    private static int broadcast(Shape from, Shape to, int i) {
        int at = 0;
        int stride = 1;
        int rest = i;
        for (int back = 1; back <= to.rank(); back++) {
            int coordinate = rest % to.dim(to.rank() - back);
            rest /= to.dim(to.rank() - back);
            if (back <= from.rank()) {
                int dim = from.dim(from.rank() - back);
                at += dim == 1 ? 0 : coordinate * stride;
                stride *= dim;
            }
        }
        return at;
    }

    private static Binary64 matmul(BatchMatmul op, Tensor[] in, double[][] x, Shape y) {
        Shape a = in[0].shape();
        Shape b = in[1].shape();
        int depth = a.dim(a.rank() - (op.transposeA() ? 2 : 1));
        int n = y.dim(y.rank() - 1);
        int m = y.dim(y.rank() - 2);
        double[] values = new double[y.elements()];
        double[] magnitudes = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int firstA = matrix(a, y, i) * m * depth;
            int firstB = matrix(b, y, i) * n * depth;
            int row = i / n % m;
            int column = i % n;
            for (int k = 0; k < depth; k++) {
                double left = x[0][firstA + (op.transposeA() ? k * m + row : row * depth + k)];
                double right =
                        x[1][firstB + (op.transposeB() ? column * depth + k : k * n + column)];
                values[i] += left * right;
                magnitudes[i] += Math.abs(left * right);
            }
        }
        return new Binary64(values, magnitudes);
    }

    /** Which matrix of an operand output element {@code i} needs. */
    private static int matrix(Shape operand, Shape y, int i) {
        Shape from = Shape.of(operand.words().subList(0, operand.rank() - 2));
        Shape to = Shape.of(y.words().subList(0, y.rank() - 2));
        return broadcast(from, to, i / (y.dim(y.rank() - 1) * y.dim(y.rank() - 2)));
    }

    private static Binary64 softmax(Softmax op, Shape x, double[] reals) {
        int inner = 1;
        for (int axis = op.axis() + 1; axis < x.rank(); axis++) {
            inner *= x.dim(axis);
        }
        int length = x.dim(op.axis());
        double[] values = new double[reals.length];
        for (int i = 0; i < reals.length; i++) {
            int first = i - i / inner % length * inner;
            double sum = 0;
            for (int j = 0; j < length; j++) {
                sum += Math.exp((reals[first + j * inner] - reals[i]) * op.beta());
            }
            values[i] = 1 / sum;
        }
        return bounded(values);
    }

    /** Results of functions that stay within 1. */
    private static Binary64 bounded(double[] values) {
        double[] ones = new double[values.length];
        Arrays.fill(ones, 1);
        return new Binary64(values, ones);
    }
}

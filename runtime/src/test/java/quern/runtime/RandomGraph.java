package quern.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Softmax;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.op.reduction.Mean;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * A random graph of images [1, h, w, c]: operators of every kind on values of before, float32 and
 * codes side by side, several outputs, sometimes state. The same seed gives the same graph.
 */
final class RandomGraph {
    private final Random random;
    private final GraphBuilder graph;
    private final List<String> values = new ArrayList<>();
    private final RoundingMode mode;

    private RandomGraph(long seed) {
        this.random = new Random(seed);
        this.mode = pick(RoundingMode.values());
        this.graph = new GraphBuilder("random " + seed).rounding(mode);
    }

    static Graph of(long seed, int nodes) {
        return new RandomGraph(seed).build(nodes);
    }

    /** Inputs with random elements, floats of moderate size. */
    static List<Tensor> inputs(Graph graph, long seed) {
        Random random = new Random(seed);
        return graph.inputs().stream().map(v -> fill(v.type(), random)).toList();
    }

    static Tensor fill(TensorType type, Random random) {
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < t.elements(); i++) {
            if (type.dtype() == DType.F32) {
                t.floats()[i] = (float) random.nextGaussian();
            } else {
                int span = type.codeMax() - type.codeMin() + 1;
                t.setInteger(i, type.codeMin() + random.nextInt(span));
            }
        }
        return t;
    }

    private Graph build(int nodes) {
        int height = 1 + random.nextInt(6);
        int width = 1 + random.nextInt(6);
        for (int i = 0; i <= random.nextInt(2); i++) {
            Shape shape = Shape.of(1, height, width, 1 + random.nextInt(6));
            TensorType type = random.nextBoolean() ? TensorType.of(DType.F32, shape) : codes(shape);
            values.add(graph.input("in" + i, type));
        }
        List<String> states = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            TensorType type = graph.type(values.get(0));
            String initial =
                    random.nextBoolean() ? graph.constant("initial", fill(type, random)) : "";
            states.add("state");
            values.add(graph.state("state", type, initial, "renewed"));
        }
        for (int i = 0; i < nodes; i++) {
            values.add(node("v" + i));
        }
        if (!states.isEmpty()) {
            renew();
        }
        graph.output(values.get(values.size() - 1));
        for (String v : values) {
            if (random.nextInt(6) == 0) {
                graph.output(v);
            }
        }
        return graph.build();
    }

    /** The next state: mixed from the state and an input of its type. */
    private void renew() {
        TensorType type = graph.type("state");
        List<String> from = List.of("state", values.get(0));
        values.add(graph.add("renewed", new Add(Activation.NONE), from, type));
    }

    private String node(String name) {
        String x = pick(values.toArray(new String[0]));
        TensorType t = graph.type(x);
        boolean real = t.dtype() == DType.F32;
        int c = t.shape().dim(3);
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> convolution(name, x, t);
            case 3, 4 -> depthwise(name, x, t);
            case 5 -> fullyConnected(name, x, t);
            case 6 -> binary(name, new Add(activation()), x, t);
            case 7 -> binary(name, new Mul(activation()), x, t);
            case 8 -> free(name, new Relu(), x, t.shape());
            case 9 -> graph.add(name, new Relu6(), x);
            case 10 -> free(name, new Logistic(), x, t.shape());
            case 11 ->
                    graph.add(name, new MaxPool2d(pair(), pair(), Padding.SAME, activation()), x);
            case 12 -> average(name, x);
            case 13 -> free(name, new Softmax(random.nextInt(4), 1), x, t.shape());
            case 14 -> graph.add(name, new Concat(3), x, x);
            case 15 -> graph.add(name, new Pad(Ints.of(0, 1, 0, 0), Ints.of(0, 0, 1, 1), -0.5f), x);
            case 16 ->
                    c * t.shape().dim(2) < 64
                            ? graph.add(name, new Transpose(Ints.of(0, 3, 1, 2)), x)
                            : graph.add(name, new Transpose(Ints.of(0, 2, 1, 3)), x);
            case 17 -> graph.add(name, new Reshape(Ints.of(1, t.shape().dim(2), -1, c)), x);
            case 18 -> free(name, new Mean(Ints.of(1, 2), true), x, Shape.of(1, 1, 1, c));
            default ->
                    real
                            ? graph.add(name, new Quantize(), List.of(x), codes(t.shape()))
                            : random.nextBoolean()
                                    ? graph.add(name, new Dequantize(), x)
                                    : graph.add(
                                            name, new Requantize(), List.of(x), codes(t.shape()));
        };
    }

    private String convolution(String name, String x, TensorType t) {
        int c = t.shape().dim(3);
        int groups = c % 2 == 0 && random.nextBoolean() ? 2 : 1;
        int out = groups * (1 + random.nextInt(5));
        Ints dilation = random.nextInt(4) == 0 ? Ints.of(2, 1) : Ints.of(1, 1);
        Op op = new Conv2d(pair(), dilation, Padding.SAME, groups, activation());
        int k = 1 + random.nextInt(3);
        return weighted(name, op, x, t, Shape.of(out, k, 1 + random.nextInt(3), c / groups), 0);
    }

    private String depthwise(String name, String x, TensorType t) {
        Op op = new DepthwiseConv2d(pair(), Ints.of(1, 1), Padding.SAME, activation());
        int out = t.shape().dim(3) * (random.nextInt(4) == 0 ? 2 : 1);
        return weighted(name, op, x, t, Shape.of(1, 3, 1 + random.nextInt(3), out), 3);
    }

    private String fullyConnected(String name, String x, TensorType t) {
        Shape w = Shape.of(1 + random.nextInt(5), t.shape().dim(3));
        return weighted(name, new FullyConnected(true, activation()), x, t, w, 0);
    }

    private String weighted(String name, Op op, String x, TensorType t, Shape w, int axis) {
        boolean real = t.dtype() == DType.F32;
        int channels = w.dim(axis);
        TensorType wType = real ? TensorType.of(DType.F32, w) : weights(w, axis);
        List<String> from = new ArrayList<>();
        from.add(x);
        from.add(graph.constant(name + ".w", fill(wType, random)));
        if (random.nextBoolean()) {
            Tensor bias =
                    Tensor.zeros(TensorType.of(real ? DType.F32 : DType.S32, Shape.of(channels)));
            for (int c = 0; c < channels; c++) {
                if (real) {
                    bias.floats()[c] = (float) random.nextGaussian();
                } else {
                    bias.ints()[c] = random.nextInt(2000) - 1000;
                }
            }
            from.add(graph.constant(name + ".b", bias));
        }
        TensorType inferred = graph.infer(name, op, from).get(0);
        return graph.add(name, op, from, real ? inferred : codes(inferred.shape()));
    }

    private TensorType weights(Shape w, int axis) {
        float[] scales = new float[w.dim(axis)];
        int[] zeros = new int[scales.length];
        for (int c = 0; c < scales.length; c++) {
            scales[c] = 0.01f + random.nextFloat() * 0.1f;
            zeros[c] = random.nextInt(3) == 0 ? random.nextInt(21) - 10 : 0;
        }
        return new TensorType(
                DType.S8, w, new Quant.PerChannel(axis, Floats.of(scales), Ints.of(zeros), 8));
    }

    /** With the same value, a constant for each channel, or one number. */
    private String binary(String name, Op op, String x, TensorType t) {
        int c = t.shape().dim(3);
        Shape other =
                pick(t.shape(), Shape.of(c), Shape.of(1), Shape.of(1, 1, t.shape().dim(2), 1));
        String y = x;
        if (random.nextInt(3) != 0) {
            TensorType type =
                    t.dtype() == DType.F32 ? TensorType.of(DType.F32, other) : codes(other);
            y = graph.constant(name + ".c", fill(type, random));
        }
        List<String> from = random.nextBoolean() ? List.of(x, y) : List.of(y, x);
        return t.dtype() == DType.F32
                ? graph.add(name, op, from.toArray(new String[0]))
                : graph.add(name, op, from, codes(t.shape()));
    }

    private String average(String name, String x) {
        Op op = new AveragePool2d(pair(), pair(), Padding.SAME, activation());
        TensorType inferred = graph.infer(name, op, List.of(x)).get(0);
        return graph.add(name, op, List.of(x), inferred.withQuant(graph.type(x).quant()));
    }

    /** An operator that keeps the family; codes get a quantization of their own. */
    private String free(String name, Op op, String x, Shape shape) {
        return graph.type(x).dtype() == DType.F32
                ? graph.add(name, op, x)
                : graph.add(name, op, List.of(x), codes(shape));
    }

    private TensorType codes(Shape shape) {
        DType dtype = random.nextInt(4) == 0 ? DType.U8 : DType.S8;
        int zero = random.nextInt(256) - (dtype == DType.S8 ? 128 : 0);
        if (random.nextInt(5) == 0) {
            return new TensorType(
                    dtype, shape, Quant.perTensor(1f / 256, dtype == DType.S8 ? -128 : 0));
        }
        float scale = 0.01f + random.nextFloat() * (random.nextBoolean() ? 0.1f : 1);
        return new TensorType(dtype, shape, Quant.perTensor(scale, zero));
    }

    private Ints pair() {
        return Ints.of(1 + random.nextInt(2), 1 + random.nextInt(3));
    }

    private Activation activation() {
        return random.nextBoolean() ? Activation.NONE : pick(Activation.values());
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}

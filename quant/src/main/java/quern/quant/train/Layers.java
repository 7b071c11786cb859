package quern.quant.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.math.Rsqrt;
import quern.op.math.Sub;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.pooling.MaxPool2d;
import quern.op.reduction.Mean;
import quern.op.shape.Reshape;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Writes the layers of a network into a graph: for training, with parameters as inputs and batch
 * normalization by the statistics of the batch (Ioffe, Szegedy 2015); for export, with parameters
 * as constants and batch normalization folded into weights and biases by the running statistics.
 * Convolutions begin with He's initialization, seeded by name. Used by one thread.
 */
public final class Layers {
    static final double EPSILON = 1e-3;
    private static final Ints ONE = Ints.of(1, 1);

    private final GraphBuilder builder;
    private final boolean training;
    private final Map<String, Tensor> parameters;
    private final Map<String, Tensor> buffers;
    private final Map<String, String> statistics = new LinkedHashMap<>();
    private final Map<String, Normalization> crossings = new LinkedHashMap<>();
    private final long seed;

    /**
     * @param parameters trained tensors by name; those that are missing are made
     * @param buffers running statistics by name, likewise
     */
    Layers(
            GraphBuilder builder,
            boolean training,
            Map<String, Tensor> parameters,
            Map<String, Tensor> buffers,
            long seed) {
        this.builder = builder;
        this.training = training;
        this.parameters = parameters;
        this.buffers = buffers;
        this.seed = seed;
    }

    /** The normalizations, by their inputs. */
    Map<String, Normalization> crossings() {
        return crossings;
    }

    /** For each running statistic the value that holds the batch's. */
    Map<String, String> statistics() {
        return statistics;
    }

    /** A convolution, SAME, batch normalization, and ReLU if asked for. */
    public String conv(String name, String x, int outputs, int kernel, int stride, boolean relu) {
        int inputs = shape(x).dim(3);
        Tensor w = weights(name, kernel * kernel * inputs, outputs, kernel, kernel, inputs);
        Conv2d op = new Conv2d(Ints.of(stride, stride), ONE, Padding.SAME, 1, Activation.NONE);
        if (!training) {
            return folded(name, op.with(activation(relu)), x, w, 0);
        }
        return normalized(name, builder.add(name + "/conv", op, x, parameter(name + "/w")), relu);
    }

    /** A depthwise convolution of 3 by 3, SAME, batch normalization, and ReLU. */
    public String depthwise(String name, String x, int stride) {
        int channels = shape(x).dim(3);
        Tensor w = weights(name, 9, 1, 3, 3, channels);
        DepthwiseConv2d op =
                new DepthwiseConv2d(Ints.of(stride, stride), ONE, Padding.SAME, Activation.NONE);
        if (!training) {
            return folded(name, op.with(Activation.RELU), x, w, 3);
        }
        return normalized(name, builder.add(name + "/conv", op, x, parameter(name + "/w")), true);
    }

    /** A fully connected layer of the rows of {@code x}. */
    public String dense(String name, String x, int outputs, boolean relu) {
        int inputs = shape(x).dim(1);
        weights(name, inputs, outputs, inputs);
        parameters.computeIfAbsent(name + "/b", k -> Tensor.zeros(TensorType.f32(outputs)));
        FullyConnected op = new FullyConnected(false, activation(relu));
        return builder.add(name, op, x, parameter(name + "/w"), parameter(name + "/b"));
    }

    /** The largest of 2 by 2 pixels. */
    public String maxPool(String name, String x) {
        Ints two = Ints.of(2, 2);
        return builder.add(name, new MaxPool2d(two, two, Padding.VALID, Activation.NONE), x);
    }

    /** The mean of each channel, a row a sample. */
    public String globalMean(String name, String x) {
        return builder.add(name, new Mean(Ints.of(1, 2), false), x);
    }

    /** All numbers of a sample as a row. */
    public String flatten(String name, String x) {
        int n = shape(x).dim(0);
        return builder.add(name, new Reshape(Ints.of(n, shape(x).elements() / n)), x);
    }

    /** A sum and ReLU. */
    public String addRelu(String name, String a, String b) {
        return builder.add(name, new Add(Activation.RELU), a, b);
    }

    /** The shape of a value. */
    public Shape shape(String value) {
        return builder.type(value).shape();
    }

    private static Activation activation(boolean relu) {
        return relu ? Activation.RELU : Activation.NONE;
    }

    private Tensor weights(String name, int inputs, int... shape) {
        return parameters.computeIfAbsent(
                name + "/w",
                k -> {
                    Tensor t = Tensor.zeros(TensorType.f32(shape));
                    Seeded random = new Seeded(seed, name.hashCode());
                    float deviation = (float) Math.sqrt(2.0 / inputs);
                    for (int i = 0; i < t.elements(); i++) {
                        t.setReal(i, deviation * random.normal());
                    }
                    return t;
                });
    }

    private String parameter(String name) {
        Tensor t = parameters.get(name);
        if (builder.has(name)) {
            return name;
        }
        return training ? builder.input(name, t.type()) : builder.constant(name, t.copy());
    }

    private void statistics(String name, int channels) {
        Shape s = Shape.of(channels);
        parameters.computeIfAbsent(name + "/gamma", k -> Tensor.of(s, filled(channels, 1)));
        parameters.computeIfAbsent(name + "/beta", k -> Tensor.of(s, filled(channels, 0)));
        buffers.computeIfAbsent(name + "/mean", k -> Tensor.of(s, filled(channels, 0)));
        buffers.computeIfAbsent(name + "/variance", k -> Tensor.of(s, filled(channels, 1)));
    }

    private static float[] filled(int n, float value) {
        float[] f = new float[n];
        Arrays.fill(f, value);
        return f;
    }

    private String normalized(String name, String x, boolean relu) {
        statistics(name, shape(x).dim(3));
        int first = builder.nodes().size();
        Mul mul = new Mul(Activation.NONE);
        Add add = new Add(Activation.NONE);
        double pixels = shape(x).elements() / shape(x).dim(3);
        String center = Losses.scaled(builder, Sums.overPixels(builder, x), 1 / pixels);
        String d = builder.add(name + "/centered", new Sub(Activation.NONE), x, center);
        String variance = Losses.scaled(builder, Sums.ofProducts(builder, d, d), 1 / pixels);
        String epsilon = builder.constant(name + "/epsilon", Differentiation.scalar(EPSILON));
        String sum = builder.add(name + "/stable", add, variance, epsilon);
        String inverse = builder.add(name + "/inverse", new Rsqrt(), sum);
        String gamma = parameter(name + "/gamma");
        String beta = parameter(name + "/beta");
        String factor = builder.add(name + "/factor", mul, inverse, gamma);
        String scaled = builder.add(name + "/scaled", mul, d, factor);
        String y = builder.add(name + "/normal", add, scaled, beta);
        List<String> between = new ArrayList<>();
        builder.nodes().stream().skip(first).forEach(n -> between.add(n.name()));
        between.remove(y);
        crossings.put(x, new Normalization(x, y, d, inverse, factor, gamma, beta, between));
        statistics.put(name + "/mean", center);
        statistics.put(name + "/variance", variance);
        return relu ? builder.add(name, new Relu(), y) : y;
    }

    /** The normalization folded into the layer, in binary64, rounded once. */
    private String folded(String name, Op op, String x, Tensor w, int axis) {
        int channels = w.shape().dim(axis);
        statistics(name, channels);
        Tensor folded = w.copy();
        float[] bias = new float[channels];
        double[] factor = new double[channels];
        for (int c = 0; c < channels; c++) {
            double variance = buffers.get(name + "/variance").real(c);
            factor[c] = parameters.get(name + "/gamma").real(c) / Math.sqrt(variance + EPSILON);
            double mean = buffers.get(name + "/mean").real(c);
            bias[c] = (float) (parameters.get(name + "/beta").real(c) - mean * factor[c]);
        }
        int run = axis == 0 ? w.elements() / channels : 1;
        for (int i = 0; i < w.elements(); i++) {
            folded.setReal(i, (float) (w.real(i) * factor[i / run % channels]));
        }
        String weight = builder.constant(name + "/w", folded);
        String b = builder.constant(name + "/b", Tensor.of(Shape.of(channels), bias));
        return builder.add(name, op, x, weight, b);
    }

    /** Whether weight decay applies to a parameter: to weights only. */
    static boolean decays(String parameter) {
        return parameter.endsWith("/w");
    }

    /** Running statistics follow the batch's by a tenth. */
    static void follow(Tensor running, Tensor batch) {
        for (int i = 0; i < running.elements(); i++) {
            running.setReal(i, 0.9f * running.real(i) + 0.1f * batch.real(i));
        }
    }

    /** The numbers of a tensor. */
    static Floats floats(Tensor t) {
        float[] f = new float[t.elements()];
        for (int i = 0; i < f.length; i++) {
            f[i] = t.real(i);
        }
        return Floats.of(f);
    }
}

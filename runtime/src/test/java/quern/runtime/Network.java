package quern.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.activation.Softmax;
import quern.op.math.Add;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.pooling.AveragePool2d;
import quern.op.reduction.Mean;
import quern.op.shape.Reshape;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Networks of the usual kinds with random weights, in float32, in int8, or in int16 with int8
 * weights.
 */
final class Network {
    private final Random random = new Random(5);
    private final DType dtype;
    private final boolean real;
    private final GraphBuilder graph;
    private int names;

    private Network(DType dtype, RoundingMode mode) {
        this.dtype = dtype;
        this.real = dtype == DType.F32;
        String name = "network " + dtype.numpyName() + (real ? "" : " " + mode.label());
        this.graph = new GraphBuilder(name).rounding(mode);
    }

    /** Depthwise separable convolutions over a spectrogram, as for keyword spotting. */
    static Graph keywords(DType dtype, RoundingMode mode) {
        Network n = new Network(dtype, mode);
        String x = n.input(1, 25, 10, 1);
        x = n.conv(x, 16, 10, 4, 2);
        for (int i = 0; i < 2; i++) {
            x = n.depthwise(x);
            x = n.conv(x, 16, 1, 1, 1);
        }
        Shape s = n.graph.type(x).shape();
        Ints all = Ints.of(s.dim(1), s.dim(2));
        x = n.same(new AveragePool2d(all, all, Padding.VALID, Activation.NONE), x);
        return n.classify(n.same(new Reshape(Ints.of(1, -1)), x));
    }

    /** Convolutions with shortcuts over a small image. */
    static Graph residual(DType dtype, RoundingMode mode) {
        Network n = new Network(dtype, mode);
        String x = n.conv(n.input(1, 16, 16, 3), 8, 3, 3, 1);
        String y = n.conv(n.conv(x, 8, 3, 3, 1), 8, 3, 3, 1);
        x = n.free(new Add(Activation.RELU), x, y);
        y = n.conv(n.conv(x, 16, 3, 3, 2), 16, 3, 3, 1);
        x = n.free(new Add(Activation.RELU), n.conv(x, 16, 1, 1, 2), y);
        return n.classify(n.free(new Mean(Ints.of(1, 2), false), x));
    }

    private Graph classify(String x) {
        TensorType t = graph.type(x);
        Op op = new FullyConnected(false, Activation.NONE);
        String logits = weighted(op, x, Shape.of(10, t.shape().dim(1)), 0);
        Quant quant = quant(1f / 256, -128, 1f / 32768);
        graph.output(graph.add(name(), new Softmax(1, 1), quant, logits));
        return graph.build();
    }

    private String input(int... dims) {
        TensorType type = new TensorType(dtype, Shape.of(dims), quant(0.05f, -3, 0.0002f));
        return graph.input("x", type);
    }

    /** The quantization for 8 bits, and the scale of 16 bits. */
    private Quant quant(float scale, int zero, float wide) {
        return real
                ? Quant.NONE
                : dtype == DType.S8
                        ? Quant.perTensor(scale, zero)
                        : new Quant.PerTensor(wide, 0, 16);
    }

    private String conv(String x, int out, int height, int width, int stride) {
        Ints one = Ints.of(1, 1);
        Op op = new Conv2d(Ints.of(stride, stride), one, Padding.SAME, 1, Activation.RELU);
        int c = graph.type(x).shape().dim(3);
        return weighted(op, x, Shape.of(out, height, width, c), 0);
    }

    private String depthwise(String x) {
        Ints one = Ints.of(1, 1);
        Op op = new DepthwiseConv2d(one, one, Padding.SAME, Activation.RELU);
        return weighted(op, x, Shape.of(1, 3, 3, graph.type(x).shape().dim(3)), 3);
    }

    private String weighted(Op op, String x, Shape shape, int axis) {
        int channels = shape.dim(axis);
        float[] scales = new float[channels];
        Arrays.fill(scales, 0.004f);
        TensorType type =
                real
                        ? TensorType.of(DType.F32, shape)
                        : new TensorType(DType.S8, shape, Quant.perChannel(axis, scales));
        Tensor w = RandomGraph.fill(type, random);
        TensorType biasType =
                TensorType.of(
                        real ? DType.F32 : dtype == DType.S8 ? DType.S32 : DType.S64,
                        Shape.of(channels));
        String weights = graph.constant(name(), w);
        String bias = graph.constant(name(), Tensor.zeros(biasType));
        return free(op, x, weights, bias);
    }

    private String same(Op op, String x) {
        return graph.add(name(), op, graph.type(x).quant(), x);
    }

    private String free(Op op, String... from) {
        return graph.add(name(), op, quant(0.06f, -5, 0.0003f), from);
    }

    private String name() {
        return "v" + names++;
    }

    /** Every network, in float32, and in codes with every rounding mode. */
    static List<Graph> all() {
        List<Graph> all = new ArrayList<>();
        all.add(keywords(DType.F32, RoundingMode.DOUBLE));
        all.add(residual(DType.F32, RoundingMode.DOUBLE));
        for (RoundingMode mode : RoundingMode.values()) {
            for (DType dtype : new DType[] {DType.S8, DType.S16}) {
                all.add(keywords(dtype, mode));
                all.add(residual(dtype, mode));
            }
        }
        return all;
    }
}

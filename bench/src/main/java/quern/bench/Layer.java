package quern.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.activation.Softmax;
import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;
import quern.op.math.Add;
import quern.op.nn.BatchMatmul;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.reduction.Mean;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Layers of real networks, each as a graph of one node. */
public enum Layer {
    CONV_3X3_64("conv 3x3, 64 to 64, 28x28", conv(1), shape(1, 28, 28, 64), shape(64, 3, 3, 64)),
    CONV_1X1_128(
            "conv 1x1, 128 to 128, 28x28", conv(1), shape(1, 28, 28, 128), shape(128, 1, 1, 128)),
    CONV_3X3_3(
            "conv 3x3 by 2, 3 to 32, 224x224", conv(2), shape(1, 224, 224, 3), shape(32, 3, 3, 3)),
    CONV_3X3_3_16("conv 3x3, 3 to 16, 32x32", conv(1), shape(1, 32, 32, 3), shape(16, 3, 3, 3)),
    CONV_3X3_16("conv 3x3, 16 to 16, 32x32", conv(1), shape(1, 32, 32, 16), shape(16, 3, 3, 16)),
    CONV_3X3_16_32(
            "conv 3x3 by 2, 16 to 32, 32x32", conv(2), shape(1, 32, 32, 16), shape(32, 3, 3, 16)),
    CONV_3X3_32("conv 3x3, 32 to 32, 16x16", conv(1), shape(1, 16, 16, 32), shape(32, 3, 3, 32)),
    CONV_1X1_32(
            "conv 1x1, 32 to 16, 112x112", conv(1), shape(1, 112, 112, 32), shape(16, 1, 1, 32)),
    CONV_1X1_320(
            "conv 1x1, 320 to 1280, 7x7", conv(1), shape(1, 7, 7, 320), shape(1280, 1, 1, 320)),
    CONV_GROUPED(
            "conv 3x3, 4 groups, 64 to 64, 28x28",
            grouped(4),
            shape(1, 28, 28, 64),
            shape(64, 3, 3, 16)),
    DEPTHWISE_128(
            "depthwise 3x3, 128, 28x28", depthwise(1), shape(1, 28, 28, 128), shape(1, 3, 3, 128)),
    DEPTHWISE_32(
            "depthwise 3x3, 32, 112x112", depthwise(1), shape(1, 112, 112, 32), shape(1, 3, 3, 32)),
    DEPTHWISE_64_2(
            "depthwise 3x3, 64 times 2, 28x28",
            depthwise(1),
            shape(1, 28, 28, 64),
            shape(1, 3, 3, 128)),
    TRANSPOSE_CONV(
            "transposed conv 4x4 by 2, 64 to 32, 28x28",
            new TransposeConv(Ints.of(56, 56), Ints.of(2, 2), Padding.SAME, Activation.NONE),
            shape(1, 28, 28, 64),
            shape(32, 4, 4, 64)),
    FULLY_CONNECTED(
            "fully connected, 640 to 128",
            new FullyConnected(false, Activation.RELU),
            shape(1, 640),
            shape(128, 640)),
    MATMUL(
            "matrix product, 12 times 128x64 by 64x128",
            new BatchMatmul(false, false),
            shape(12, 128, 64),
            shape(12, 64, 128)),
    MATMUL_TRANSPOSED(
            "matrix product, 12 times 128x64 by 128x64 transposed",
            new BatchMatmul(false, true),
            shape(12, 128, 64),
            shape(12, 128, 64)),
    AVERAGE_POOL(
            "average pool 2x2, 64, 56x56",
            new AveragePool2d(Ints.of(2, 2), Ints.of(2, 2), Padding.VALID, Activation.NONE),
            shape(1, 56, 56, 64)),
    MAX_POOL(
            "max pool 3x3 by 2, 64, 112x112",
            new MaxPool2d(Ints.of(3, 3), Ints.of(2, 2), Padding.SAME, Activation.NONE),
            shape(1, 112, 112, 64)),
    MEAN("mean of 7x7, 1280", new Mean(Ints.of(1, 2), false), shape(1, 7, 7, 1280)),
    ADD("add, 56x56, 64", new Add(Activation.RELU), shape(1, 56, 56, 64), shape(1, 56, 56, 64)),
    SOFTMAX("softmax, 12x128 of 128", new Softmax(2, 1), shape(12, 128, 128)),
    RESIZE_BILINEAR(
            "resize bilinear, 28x28 to 56x56, 64",
            new ResizeBilinear(Ints.of(56, 56), false, true),
            shape(1, 28, 28, 64)),
    RESIZE_NEAREST(
            "resize nearest, 28x28 to 56x56, 64",
            new ResizeNearestNeighbor(Ints.of(56, 56), false, false),
            shape(1, 28, 28, 64));

    private static final float SCALE = 0.05f;

    private final String label;
    private final Op op;
    private final Shape[] shapes;

    Layer(String label, Op op, Shape... shapes) {
        this.label = label;
        this.op = op;
        this.shapes = shapes;
    }

    private static Shape shape(int... dims) {
        return Shape.of(dims);
    }

    private static Op conv(int stride) {
        Ints both = Ints.of(stride, stride);
        return new Conv2d(both, Ints.of(1, 1), Padding.SAME, 1, Activation.RELU);
    }

    private static Op grouped(int groups) {
        Ints one = Ints.of(1, 1);
        return new Conv2d(one, one, Padding.SAME, groups, Activation.RELU);
    }

    private static Op depthwise(int stride) {
        Ints both = Ints.of(stride, stride);
        return new DepthwiseConv2d(both, Ints.of(1, 1), Padding.SAME, Activation.RELU);
    }

    /** What it is, in words. */
    public String label() {
        return label;
    }

    /** The graph, whose inputs are activations; weights and bias are constants. */
    public Graph graph(boolean quantized) {
        Random random = new Random(1);
        GraphBuilder b = new GraphBuilder("layer");
        List<String> operands = new ArrayList<>();
        operands.add(b.input("x", activation(quantized, shapes[0])));
        if (op instanceof BatchMatmul || op instanceof Add) {
            operands.add(b.input("x2", activation(quantized, shapes[1])));
        } else if (shapes.length > 1) {
            int axis = op instanceof DepthwiseConv2d ? 3 : 0;
            int channels = shapes[1].dim(axis);
            float[] scales = new float[channels];
            for (int c = 0; c < channels; c++) {
                scales[c] = 0.01f + 0.0001f * c;
            }
            boolean one = op instanceof FullyConnected;
            TensorType w = TensorType.f32(shapes[1].toArray());
            if (quantized) {
                Quant q = one ? Quant.perTensor(0.01f, 0) : Quant.perChannel(axis, scales);
                w = new TensorType(DType.S8, shapes[1], q);
            }
            operands.add(b.constant("w", random(w, random)));
            TensorType bias = TensorType.of(quantized ? DType.S32 : DType.F32, shape(channels));
            operands.add(b.constant("b", random(bias, random)));
        }
        TensorType y = b.infer("y", op, operands).get(0);
        b.output(b.add("y", op, operands, quantized ? y.withQuant(output()) : y));
        return b.build();
    }

    private static TensorType activation(boolean quantized, Shape shape) {
        return quantized
                ? new TensorType(DType.S8, shape, Quant.perTensor(SCALE, 3))
                : TensorType.f32(shape.toArray());
    }

    /** Operators that neither multiply by weights nor add keep the quantization of their input. */
    private Quant output() {
        if (op instanceof Softmax) {
            return Quant.perTensor(1f / 256, -128);
        }
        return shapes.length > 1 ? Quant.perTensor(6 * SCALE, -5) : Quant.perTensor(SCALE, 3);
    }

    /** Random values of a type. */
    static Tensor random(TensorType type, Random random) {
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < t.elements(); i++) {
            if (type.dtype() == DType.F32) {
                t.setReal(i, (float) random.nextGaussian());
            } else {
                t.setInteger(i, random.nextInt(255) - 127);
            }
        }
        return t;
    }

    /** The layer with a label. */
    static Layer of(String name) {
        return Arrays.stream(values()).filter(l -> l.name().equals(name)).findFirst().orElseThrow();
    }
}

package quern.formats.onnx;

import java.util.Optional;
import quern.op.Activation;
import quern.op.activation.Gelu;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Tanh;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.nn.BatchMatmul;
import quern.op.nn.FullyConnected;
import quern.op.quantize.Dequantize;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Operators on real numbers that ONNX Runtime adds. */
final class MicrosoftReaders {
    private MicrosoftReaders() {}

    static void fusedConv(OnnxNode o) {
        int rank = o.rank(0);
        if (rank != 3 && rank != 4) {
            throw o.unsupported("it convolves images of 1 or 2 dimensions, not " + o.type(0));
        }
        NnReaders.Window w = NnReaders.Window.of(o, NnReaders.kernel(o, 1), rank - 2);
        String bias = o.inputOrAbsent(2);
        String last = NnReaders.convolution(o, o.input(0), o.input(1), bias, w, Optional.empty());
        String y = NnReaders.channelsFirst(o, last, rank);
        if (o.has(3)) {
            y = o.add(new Add(Activation.NONE), y, o.input(3));
        }
        o.alias(0, activated(o, y));
    }

    private static String activated(OnnxNode o, String y) {
        float[] p = o.reals("activation_params");
        return switch (o.text("activation", "")) {
            case "" -> y;
            case "Relu" -> o.add(new Relu(), y);
            case "Tanh" -> o.add(new Tanh(), y);
            case "Sigmoid" -> o.add(new Logistic(), y);
            case "LeakyRelu" -> o.add(new LeakyRelu(parameter(o, p, 0)), y);
            case "Clip" -> MathReaders.limited(o, y, parameter(o, p, 0), parameter(o, p, 1));
            case "HardSigmoid" ->
                    MathReaders.hardSigmoid(o, y, parameter(o, p, 0), parameter(o, p, 1));
            default ->
                    throw o.unsupported("activation " + o.text("activation", "") + " is not there");
        };
    }

    private static float parameter(OnnxNode o, float[] all, int i) {
        if (i >= all.length) {
            throw o.error("activation_params has fewer than " + (i + 1) + " numbers");
        }
        return all[i];
    }

    private static Mul mul() {
        return new Mul(Activation.NONE);
    }

    static void fusedMatMul(OnnxNode o) {
        if (o.flag("transBatchA", false) || o.flag("transBatchB", false)) {
            throw o.unsupported("transposed batches are not there");
        }
        if (o.rank(0) < 2 || o.rank(1) < 2) {
            throw o.unsupported("it multiplies matrices, not " + o.type(0) + " and " + o.type(1));
        }
        boolean left = o.flag("transA", false);
        boolean right = o.flag("transB", false);
        float alpha = o.real("alpha", 1f);
        String b = o.input(1);
        String y;
        if (!left && o.rank(1) == 2 && o.isFixed(b)) {
            String rows = right ? b : o.add(new Transpose(Ints.of(1, 0)), b);
            y = o.add(new FullyConnected(true, Activation.NONE), o.input(0), rows);
        } else {
            y = o.add(new BatchMatmul(left, right), o.input(0), b);
        }
        o.alias(0, alpha == 1f ? y : o.add(mul(), y, o.scalar(alpha)));
    }

    /** A Gelu of input 0, with input 1 added if it is given. */
    static OnnxOps.Reader gelu(boolean approximate) {
        return o -> {
            String x = o.input(0);
            if (o.has(1)) {
                x = o.add(new Add(Activation.NONE), x, o.input(1));
            }
            o.emit(new Gelu(approximate), x);
        };
    }

    static void quickGelu(OnnxNode o) {
        String x = o.input(0);
        String scaled = o.add(mul(), x, o.scalar(o.real("alpha", 1.702f)));
        o.emit(mul(), x, o.add(new Logistic(), scaled));
    }

    static void skipLayerNormalization(OnnxNode o) {
        String x = sum(o, 4);
        Ints last = Ints.of(o.shape(x).rank() - 1);
        float epsilon = o.real("epsilon", 1e-12f);
        if (NormalizationReaders.emitNormalized(o, x, o.input(2), o.inputOrAbsent(3), epsilon)) {
            return;
        }
        String y =
                o.add(
                        mul(),
                        NormalizationReaders.normalized(o, x, last, epsilon, true),
                        o.input(2));
        o.alias(0, o.has(3) ? o.add(new Add(Activation.NONE), y, o.input(3)) : y);
    }

    static void skipSimplifiedLayerNormalization(OnnxNode o) {
        String x = sum(o, 3);
        Ints last = Ints.of(o.shape(x).rank() - 1);
        float epsilon = o.real("epsilon", 1e-5f);
        o.emit(mul(), NormalizationReaders.overRootMeanSquare(o, x, last, epsilon), o.input(2));
    }

    /** Input, skip and bias, which is output 3 too. */
    private static String sum(OnnxNode o, int bias) {
        String x = o.add(new Add(Activation.NONE), o.input(0), o.input(1));
        if (o.has(bias)) {
            x = o.add(new Add(Activation.NONE), x, o.input(bias));
        }
        o.alias(3, x);
        return x;
    }

    static void matMulNBits(OnnxNode o) {
        int bits = o.integer("bits", 4);
        int depth = o.integer("K");
        int columns = o.integer("N");
        int block = o.integer("block_size");
        if (bits != 4 && bits != 8) {
            throw o.unsupported("weights of " + bits + " bits are not there");
        }
        if (o.has(4)) {
            throw o.unsupported("groups in another order (g_idx, input 4) are not there");
        }
        if (depth < 1 || columns < 1 || block < 1) {
            throw o.error("K, N and block_size must be positive");
        }
        Tensor packed = o.requireConstant(1, "the weights");
        Tensor scales = o.requireConstant(2, "the scales");
        int blocks = (int) (((long) depth + block - 1) / block);
        long blob = (long) block * bits / 8;
        if (packed.elements() != (long) columns * blocks * blob
                || scales.elements() != (long) columns * blocks) {
            throw o.error("weights and scales do not fit N, K and block_size");
        }
        int[] zeros = zeros(o, columns, blocks, bits);
        float[] all = new float[zeros.length];
        boolean positive = true;
        for (int i = 0; i < all.length; i++) {
            all[i] = scales.real(i);
            positive &= all[i] > 0 && all[i] <= Float.MAX_VALUE;
        }
        Shape shape = Shape.of(columns, depth);
        DType dtype = bits == 4 ? DType.U4 : DType.U8;
        Tensor w =
                Tensor.zeros(
                        positive
                                ? new TensorType(
                                        dtype,
                                        shape,
                                        new Quant.PerBlock(
                                                1, block, Floats.of(all), Ints.of(zeros), bits))
                                : TensorType.of(DType.F32, shape));
        int i = 0;
        for (int n = 0; n < columns; n++) {
            for (int k = 0; k < depth; k++) {
                long at = (n * (long) blocks + k / block) * blob + k % block * bits / 8;
                int code = part(packed, (int) at, k, bits);
                int b = n * blocks + k / block;
                if (positive) {
                    w.setInteger(i++, code);
                } else {
                    w.setReal(i++, (code - zeros[b]) * all[b]);
                }
            }
        }
        String real = o.constant(w);
        if (positive) {
            real = o.add(new Dequantize(), real);
        }
        FullyConnected op = new FullyConnected(true, Activation.NONE);
        if (o.has(5)) {
            o.emit(op, o.input(0), real, o.input(5));
        } else {
            o.emit(op, o.input(0), real);
        }
    }

    private static int[] zeros(OnnxNode o, int columns, int blocks, int bits) {
        Optional<Tensor> points = o.constant(3);
        if (o.has(3) && (points.isEmpty() || points.get().dtype() != DType.U8)) {
            throw o.unsupported("zero points (input 3) must be constant and U8");
        }
        int row = (blocks * bits + 7) / 8;
        if (points.isPresent() && points.get().elements() != columns * row) {
            throw o.error("zero points do not fit N, K and block_size");
        }
        int[] zeros = new int[columns * blocks];
        for (int i = 0; i < zeros.length; i++) {
            int at = i / blocks * row + i % blocks * bits / 8;
            zeros[i] =
                    points.isPresent() ? part(points.get(), at, i % blocks, bits) : 1 << bits - 1;
        }
        return zeros;
    }

    /** A number of so many bits of a byte: of four, the lower ones first. */
    private static int part(Tensor bytes, int at, int index, int bits) {
        int all = (int) bytes.integer(at) & 0xFF;
        return bits == 8 ? all : all >> index % 2 * 4 & 0xF;
    }
}

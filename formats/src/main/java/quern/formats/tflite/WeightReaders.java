package quern.formats.tflite;

import quern.error.FormatException;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.nn.BatchMatmul;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.TensorType;

/** Reads operators with weights: convolutions and fully connected layers. */
final class WeightReaders {
    private static final int X = 0;
    private static final int WEIGHTS = 1;
    private static final int BIAS = 2;

    private static final int PADDING = 0;
    private static final int STRIDE_W = 1;
    private static final int STRIDE_H = 2;
    private static final int CONV_ACTIVATION = 3;
    private static final int CONV_DILATION_W = 4;
    private static final int CONV_DILATION_H = 5;
    private static final int DEPTHWISE_MULTIPLIER = 3;
    private static final int DEPTHWISE_ACTIVATION = 4;
    private static final int DEPTHWISE_DILATION_W = 5;
    private static final int DEPTHWISE_DILATION_H = 6;
    private static final int FULLY_CONNECTED_ACTIVATION = 0;
    private static final int FULLY_CONNECTED_FORMAT = 1;
    private static final int FULLY_CONNECTED_KEEP_DIMS = 2;

    private static final int TRANSPOSED_SIZE = 0;
    private static final int TRANSPOSED_X = 2;
    private static final int TRANSPOSED_BIAS = 3;

    private static final int MATMUL_ADJOINT_X = 0;
    private static final int MATMUL_ADJOINT_Y = 1;

    /** How far the scale of a bias may be from input scale * weight scale, relatively. */
    private static final double BIAS_TOLERANCE = 0.02;

    private WeightReaders() {}

    static void conv2d(TfliteOperator o) {
        o.requireInputs(2, 3);
        Ints stride = o.options().pair(STRIDE_H, STRIDE_W, 0);
        Ints dilation = o.options().pair(CONV_DILATION_H, CONV_DILATION_W, 1);
        Padding padding = o.options().padding(PADDING);
        Activation activation = o.options().activation(CONV_ACTIVATION);
        int groups = groups(o.type(X), o.type(WEIGHTS));
        o.emit(
                new Conv2d(stride, dilation, padding, groups, activation),
                o.input(X),
                weights(o),
                bias(o));
    }

    private static int groups(TensorType x, TensorType w) {
        if (x.shape().rank() != 4 || w.shape().rank() != 4) {
            throw new FormatException(
                    "inputs",
                    "a convolution needs an image and a filter of 4 dimensions, not "
                            + x
                            + " and "
                            + w);
        }
        int channels = x.shape().dim(3);
        int perGroup = w.shape().dim(3);
        if (perGroup == 0 || channels % perGroup != 0) {
            throw new FormatException(
                    "inputs", "filter " + w.shape() + " does not fit input " + x.shape());
        }
        return Math.max(1, channels / perGroup);
    }

    static void depthwiseConv2d(TfliteOperator o) {
        o.requireInputs(2, 3);
        Ints stride = o.options().pair(STRIDE_H, STRIDE_W, 0);
        Ints dilation = o.options().pair(DEPTHWISE_DILATION_H, DEPTHWISE_DILATION_W, 1);
        Padding padding = o.options().padding(PADDING);
        Activation activation = o.options().activation(DEPTHWISE_ACTIVATION);
        int multiplier = o.options().table().s32(DEPTHWISE_MULTIPLIER, 0);
        TensorType x = o.type(X);
        TensorType w = o.type(WEIGHTS);
        boolean fits =
                x.shape().rank() == 4
                        && w.shape().rank() == 4
                        && (long) x.shape().dim(3) * multiplier == w.shape().dim(3);
        if (multiplier != 0 && !fits) {
            throw new FormatException(
                    "builtin_options",
                    "depth multiplier "
                            + multiplier
                            + " does not fit input "
                            + x
                            + " and filter "
                            + w);
        }
        o.emit(
                new DepthwiseConv2d(stride, dilation, padding, activation),
                o.input(X),
                weights(o),
                bias(o));
    }

    static void fullyConnected(TfliteOperator o) {
        o.requireInputs(2, 3);
        if (o.options().u8(FULLY_CONNECTED_FORMAT) != 0) {
            throw o.unsupported("shuffled weights are not supported; convert the model without");
        }
        boolean keepDims = o.options().u8(FULLY_CONNECTED_KEEP_DIMS) != 0;
        Activation activation = o.options().activation(FULLY_CONNECTED_ACTIVATION);
        o.emit(new FullyConnected(keepDims, activation), o.input(X), weights(o), bias(o));
    }

    static void transposeConv(TfliteOperator o) {
        o.requireInputs(3, 4);
        Ints stride = o.options().pair(STRIDE_H, STRIDE_W, 0);
        Padding padding = o.options().padding(PADDING);
        Activation activation = o.options().activation(CONV_ACTIVATION);
        o.emit(
                new TransposeConv(transposedSize(o), stride, padding, activation),
                o.input(TRANSPOSED_X),
                weights(o, TRANSPOSED_X),
                bias(o, TRANSPOSED_X, TRANSPOSED_BIAS));
    }

    /** Height and width of the output, from a constant or, if it is computed, from its type. */
    private static Ints transposedSize(TfliteOperator o) {
        boolean computed = o.constant(TRANSPOSED_SIZE).isEmpty();
        int[] shape =
                computed
                        ? o.outputType().shape().toArray()
                        : o.integers(TRANSPOSED_SIZE, "the output shape");
        if (shape.length != 4) {
            throw new FormatException(
                    "inputs", "the output shape must have 4 dimensions, but is " + Ints.of(shape));
        }
        return Ints.of(shape[1], shape[2]);
    }

    static void batchMatmul(TfliteOperator o) {
        o.requireInputs(2, 2);
        boolean a = o.options().u8(MATMUL_ADJOINT_X) != 0;
        boolean b = o.options().u8(MATMUL_ADJOINT_Y) != 0;
        o.emit(new BatchMatmul(a, b), o.input(X), weights(o));
    }

    private static boolean isReal(TensorType x) {
        return x.dtype() == DType.F32;
    }

    private static String weights(TfliteOperator o) {
        return weights(o, X);
    }

    private static String weights(TfliteOperator o, int input) {
        TensorType w = o.type(WEIGHTS);
        boolean hybrid = isReal(o.type(input)) && w.dtype() != DType.F32;
        return hybrid ? o.dequantized(WEIGHTS) : o.input(WEIGHTS);
    }

    private static String bias(TfliteOperator o) {
        return bias(o, X, BIAS);
    }

    private static String bias(TfliteOperator o, int input, int bias) {
        if (o.has(bias) && !isReal(o.type(input))) {
            checkBias(o, input, bias);
        }
        return o.input(bias);
    }

    private static void checkBias(TfliteOperator o, int input, int bias) {
        TfliteQuantization b = o.quantization(bias);
        if (!b.isPresent() || !o.type(input).isQuantized() || !o.type(WEIGHTS).isQuantized()) {
            return;
        }
        for (long zero : b.zeroPoints()) {
            if (zero != 0) {
                throw new FormatException("bias", "its zero point must be 0, not " + zero);
            }
        }
        float[] w = o.quantization(WEIGHTS).scales();
        int n = Math.max(w.length, b.scales().length);
        if (w.length != n && w.length != 1 || b.scales().length != n && b.scales().length != 1) {
            throw new FormatException(
                    "bias",
                    b.scales().length + " scales do not fit " + w.length + " of the weights");
        }
        double x = o.type(input).perTensor("the input").scale();
        for (int c = 0; c < n; c++) {
            double expected = x * w[Math.min(c, w.length - 1)];
            float actual = b.scales()[Math.min(c, b.scales().length - 1)];
            if (!(Math.abs(actual - expected) <= BIAS_TOLERANCE * expected)) {
                throw new FormatException(
                        "bias",
                        "the scale of channel "
                                + c
                                + " is "
                                + actual
                                + ", not input scale * weight scale = "
                                + (float) expected);
            }
        }
    }
}

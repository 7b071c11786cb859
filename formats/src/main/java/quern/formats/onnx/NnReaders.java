package quern.formats.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.logic.Equal;
import quern.op.logic.LogicalOr;
import quern.op.logic.NotEqual;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.nn.BatchMatmul;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.quantize.Cast;
import quern.op.shape.Slice;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Layers with weights, and normalizations. Images are NCHW in ONNX and NHWC here. */
final class NnReaders {
    private NnReaders() {}

    /** An image with channels behind; images of one dimension get a height of 1. */
    static String channelsLast(OnnxNode o, String x) {
        int rank = o.shape(x).rank();
        if (rank == 3) {
            return o.add(new Transpose(Ints.of(0, 2, 3, 1)), o.reshape(x, -1, -2, 1, -3));
        }
        return o.add(new Transpose(toLast(rank)), x);
    }

    /** Emits an image with channels behind as one with channels in front. */
    static void emitChannelsFirst(OnnxNode o, int output, String y, int rank) {
        if (rank == 3) {
            o.alias(output, channelsFirst(o, y, rank));
            return;
        }
        o.emit(output, new Transpose(toFirst(rank)), List.of(y));
    }

    /** An image with channels behind as one with channels in front. */
    static String channelsFirst(OnnxNode o, String y, int rank) {
        if (rank == 3) {
            return o.reshape(o.add(new Transpose(Ints.of(0, 3, 1, 2)), y), -1, -2, -4);
        }
        return o.add(new Transpose(toFirst(rank)), y);
    }

    /** The order of axes that puts channels behind. */
    static Ints toLast(int rank) {
        return Ints.of(
                IntStream.range(0, rank).map(i -> i == 0 ? 0 : i < rank - 1 ? i + 1 : 1).toArray());
    }

    /** The order of axes that puts channels in front. */
    static Ints toFirst(int rank) {
        return Ints.of(
                IntStream.range(0, rank)
                        .map(i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1)
                        .toArray());
    }

    static void conv(OnnxNode o) {
        int rank = o.rank(0);
        if (rank < 3 || rank > 5) {
            throw o.unsupported("it convolves images of 1 to 3 dimensions, not " + o.type(0));
        }
        if (rank == 5) {
            DeepReaders.conv(o);
            return;
        }
        Window w = Window.of(o, kernel(o, 1), rank - 2);
        String bias = o.inputOrAbsent(2);
        String y = convolution(o, o.input(0), o.input(1), bias, w, Optional.empty());
        emitChannelsFirst(o, 0, y, rank);
    }

    /** The sizes of the filter of input {@code i}. */
    static int[] kernel(OnnxNode o, int i) {
        Shape w = o.shape(i);
        int[] kernel = new int[w.rank() - 2];
        for (int k = 0; k < kernel.length; k++) {
            kernel[k] = w.dim(k + 2);
        }
        return kernel;
    }

    /**
     * The node's convolution of an image with channels in front, the result with channels behind.
     *
     * @param codes what the output holds, if not real numbers
     */
    static String convolution(
            OnnxNode o,
            String x,
            String filter,
            String bias,
            Window w,
            Optional<TensorType> codes) {
        int groups = o.integer("group", 1);
        return convolution(o, channelsLast(o, x), filter, bias, w.flat(), groups, codes);
    }

    /** A convolution of an image with channels behind; the filter is OIHW, or OIW. */
    static String convolution(
            OnnxNode o, String x, String filter, String bias, Window w, int groups) {
        return convolution(o, x, filter, bias, w, groups, Optional.empty());
    }

    private static String convolution(
            OnnxNode o,
            String x,
            String filter,
            String bias,
            Window w,
            int groups,
            Optional<TensorType> codes) {
        Shape f = o.shape(filter);
        String four = f.rank() == 4 ? filter : o.reshape(filter, f.dim(0), f.dim(1), 1, f.dim(2));
        boolean depthwise =
                f.dim(1) == 1 && groups > 1 && o.isFixed(filter) && f.dim(0) % groups == 0;
        Ints stride = Ints.of(w.strides());
        Ints dilation = Ints.of(w.dilations());
        Op op;
        String weights;
        if (depthwise) {
            weights = o.add(new Transpose(Ints.of(1, 2, 3, 0)), four);
            op = new DepthwiseConv2d(stride, dilation, w.padding(), Activation.NONE);
        } else {
            weights = o.add(new Transpose(Ints.of(0, 2, 3, 1)), four);
            op = new Conv2d(stride, dilation, w.padding(), groups, Activation.NONE);
        }
        String[] operands =
                bias.isEmpty() ? new String[] {x, weights} : new String[] {x, weights, bias};
        return codes.isPresent() ? o.addAs(codes.get(), op, operands) : o.add(op, operands);
    }

    static void gemm(OnnxNode o) {
        float alpha = o.real("alpha", 1f);
        float beta = o.real("beta", 1f);
        String a = o.flag("transA", false) ? turned(o, o.input(0)) : o.input(0);
        boolean transposed = o.flag("transB", false);
        String b = o.input(1);
        boolean bias =
                o.has(2)
                        && beta == 1f
                        && o.rank(2) == 1
                        && !o.shape(2).isSymbolic(0)
                        && o.isFixed(o.input(2))
                        && o.isFixed(b)
                        && o.shape(2).dim(0) == o.shape(1).dim(transposed ? 0 : 1);
        String weights = o.isFixed(b) && !transposed ? turned(o, b) : b;
        if (alpha != 1f) {
            weights = o.add(new Mul(Activation.NONE), weights, o.scalar(alpha));
        }
        if (o.isFixed(b) || transposed) {
            Op op = new FullyConnected(true, Activation.NONE);
            if (bias) {
                o.emit(op, a, weights, o.input(2));
                return;
            }
            finish(o, o.add(op, a, weights), beta);
        } else {
            finish(o, o.add(new BatchMatmul(false, false), a, weights), beta);
        }
    }

    private static void finish(OnnxNode o, String y, float beta) {
        if (!o.has(2)) {
            o.alias(0, y);
            return;
        }
        String c = o.input(2);
        if (beta != 1f) {
            c = o.add(new Mul(Activation.NONE), c, o.scalar(beta));
        }
        o.emit(new Add(Activation.NONE), y, c);
    }

    private static String turned(OnnxNode o, String matrix) {
        return o.add(new Transpose(Ints.of(1, 0)), matrix);
    }

    static void matMul(OnnxNode o) {
        DType type = o.type(0).dtype();
        if (type.isInteger()) {
            throw o.unsupported("products of integer matrices are not there yet");
        }
        String a = o.input(0);
        String b = o.input(1);
        int rankA = o.rank(0);
        int rankB = o.rank(1);
        if (rankB == 2 && rankA >= 2 && o.isFixed(b)) {
            o.emit(new FullyConnected(true, Activation.NONE), a, turned(o, b));
            return;
        }
        String left = rankA == 1 ? o.reshape(a, 1, -1) : a;
        String right = rankB == 1 ? o.reshape(b, -1, 1) : b;
        String y = o.add(new BatchMatmul(false, false), left, right);
        if (rankA > 1 && rankB > 1) {
            o.alias(0, y);
            return;
        }
        int rank = o.shape(y).rank();
        int[] dims =
                IntStream.range(0, rank)
                        .filter(i -> !(rankA == 1 && i == rank - 2))
                        .filter(i -> !(rankB == 1 && i == rank - 1))
                        .map(i -> -1 - i)
                        .toArray();
        o.emitReshape(y, dims);
    }

    static void dropout(OnnxNode o) {
        Optional<Tensor> training = o.constant(2);
        if (o.has(2) && (training.isEmpty() || training.get().integer(0) != 0)) {
            throw o.unsupported("dropout in training is not read");
        }
        o.alias(0, o.input(0));
        if (o.wants(1)) {
            String x = o.input(0);
            String same = o.add(new Equal(), x, x);
            String other = o.add(new NotEqual(), x, x);
            String mask = o.add(new LogicalOr(), same, other);
            if (o.opset() < 10) {
                o.emit(1, new Cast(DType.F32), List.of(mask));
            } else {
                o.alias(1, mask);
            }
        }
    }

    /** The geometry of windows over an image. */
    record Window(
            int[] kernel, int[] strides, int[] dilations, int[] before, int[] after, boolean same) {
        static Window of(OnnxNode o, int[] kernel, int dims) {
            int[] ones = Ints.repeat(1, dims).toArray();
            int[] strides = o.ints("strides", ones);
            int[] dilations = o.ints("dilations", ones);
            int[] pads = o.ints("pads", new int[2 * dims]);
            if (kernel.length != dims
                    || strides.length != dims
                    || dilations.length != dims
                    || pads.length != 2 * dims) {
                throw o.error(
                        "kernel, strides, dilations and pads must fit " + dims + " dimensions");
            }
            int[] before = Arrays.copyOf(pads, dims);
            int[] after = Arrays.copyOfRange(pads, dims, 2 * dims);
            String auto = o.text("auto_pad", "NOTSET");
            boolean same = auto.equals("SAME_UPPER");
            if (auto.equals("VALID")) {
                Arrays.fill(before, 0);
                Arrays.fill(after, 0);
            } else if (auto.equals("SAME_LOWER")) {
                for (int i = 0; i < dims; i++) {
                    Shape x = o.shape(0);
                    if (x.isSymbolic(i + 2)) {
                        throw o.unsupported("auto_pad SAME_LOWER needs sizes that are known");
                    }
                    int size = x.dim(i + 2);
                    int outputs = (size + strides[i] - 1) / strides[i];
                    int all =
                            Math.max(
                                    0,
                                    (outputs - 1) * strides[i]
                                            + (kernel[i] - 1) * dilations[i]
                                            + 1
                                            - size);
                    before[i] = (all + 1) / 2;
                    after[i] = all / 2;
                }
            }
            return new Window(kernel, strides, dilations, before, after, same);
        }

        /** The same window over an image that is padded already. */
        Window unpadded() {
            int[] none = new int[kernel.length];
            return new Window(kernel, strides, dilations, none, none, false);
        }

        /** The window of two dimensions; one of one dimension gets a height of 1. */
        Window flat() {
            if (kernel.length == 2) {
                return this;
            }
            return new Window(
                    new int[] {1, kernel[0]},
                    new int[] {1, strides[0]},
                    new int[] {1, dilations[0]},
                    new int[] {0, before[0]},
                    new int[] {0, after[0]},
                    same);
        }

        /** The padding of two dimensions. */
        Padding padding() {
            if (same) {
                return Padding.SAME;
            }
            boolean none =
                    Arrays.stream(before).allMatch(p -> p == 0)
                            && Arrays.stream(after).allMatch(p -> p == 0);
            return none
                    ? Padding.VALID
                    : new Padding.Explicit(before[0], before[1], after[0], after[1]);
        }
    }

    /** So many elements of an axis, from one on, at steps. */
    static String at(OnnxNode o, String x, int axis, int index, int step, int count) {
        int rank = o.shape(x).rank();
        int[] starts = new int[rank];
        int[] steps = Ints.repeat(1, rank).toArray();
        int[] sizes = Ints.repeat(-1, rank).toArray();
        starts[axis] = index;
        steps[axis] = step;
        sizes[axis] = count;
        return o.add(new Slice(Ints.of(starts), Ints.of(steps), Ints.of(sizes)), x);
    }
}

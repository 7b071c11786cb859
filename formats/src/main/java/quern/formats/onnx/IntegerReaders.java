package quern.formats.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import quern.op.Activation;
import quern.op.Op;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.op.nn.BatchMatmul;
import quern.op.nn.FullyConnected;
import quern.op.pooling.AveragePool2d;
import quern.op.quantize.Cast;
import quern.op.quantize.DynamicQuantize;
import quern.op.reduction.Mean;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Layers on codes: those with scales of their own, and those that make int32 accumulators. */
final class IntegerReaders {
    private static final TensorType SUMS = TensorType.of(DType.S32, Shape.of());

    private IntegerReaders() {}

    static void qLinearConv(OnnxNode o) {
        String x = QuantReaders.codes(o, 0, 1, 2);
        convolution(o, x, filter(o, 3, 4, 5), 3, 8, QuantReaders.output(o, 6, 7));
    }

    /** A filter with a zero point; its scale is input {@code scale}, or 1 if that is negative. */
    private static String filter(OnnxNode o, int i, int scale, int zero) {
        Tensor w = o.requireConstant(i, "the filter");
        Quant quant = weights(o, w, scale, zero, 0);
        int rank = w.shape().rank();
        if (rank == 3) {
            Shape flat = Shape.of(w.shape().dim(0), w.shape().dim(1), 1, w.shape().dim(2));
            return o.constant(w.as(new TensorType(w.dtype(), flat, quant)));
        }
        return o.constant(w.as(w.type().withQuant(quant)));
    }

    private static Quant weights(OnnxNode o, Tensor w, int scale, int zero, int axis) {
        int channels = w.shape().dim(axis);
        int bits = w.dtype().bits();
        float[] scales = {1f};
        if (scale >= 0) {
            Tensor s = o.requireConstant(scale, "the scale of the weights");
            scales = new float[s.elements()];
            for (int c = 0; c < scales.length; c++) {
                scales[c] = s.real(c);
            }
        }
        int[] zeros = o.has(zero) ? o.integers(zero, "the zero point of the weights") : new int[1];
        if (scales.length <= 1 && zeros.length <= 1) {
            return new Quant.PerTensor(scales[0], zeros[0], bits);
        }
        float[] all = new float[channels];
        int[] points = new int[channels];
        if (scales.length != 1 && scales.length != channels
                || zeros.length != 1 && zeros.length != channels) {
            throw o.error("scales and zero points of the weights must be one or " + channels);
        }
        for (int c = 0; c < channels; c++) {
            all[c] = scales[scales.length == 1 ? 0 : c];
            points[c] = zeros[zeros.length == 1 ? 0 : c];
        }
        return new Quant.PerChannel(axis, Floats.of(all), Ints.of(points), bits);
    }

    /** A convolution of codes as the node's output. */
    private static void convolution(
            OnnxNode o, String x, String filter, int w, int bias, TensorType codes) {
        int rank = o.shape(x).rank();
        if (rank != 3 && rank != 4) {
            throw o.unsupported("it convolves codes of 1 or 2 dimensions, not " + o.type(x));
        }
        NnReaders.Window window = NnReaders.Window.of(o, NnReaders.kernel(o, w), rank - 2);
        String last = NnReaders.channelsLast(o, x);
        String b = bias < 0 ? "" : o.inputOrAbsent(bias);
        int groups = o.integer("group", 1);
        String y =
                NnReaders.convolution(
                        o, last, filter, b, window.flat(), groups, Optional.of(codes));
        NnReaders.emitChannelsFirst(o, 0, y, rank);
    }

    static void convInteger(OnnxNode o) {
        String w = filter(o, 1, -1, 3);
        Optional<Tensor> zero = o.constant(2);
        if (!o.has(2) || zero.isPresent() && zero.get().elements() == 1) {
            String x = o.retyped(o.coded(0), unit(o, 0, zero.map(t -> (int) t.integer(0))));
            convolution(o, x, w, 1, -1, SUMS);
            return;
        }
        dynamicConvInteger(o, w);
    }

    /**
     * The zero point is computed: the image is padded with it, and what it adds is taken away from
     * the sums of plain codes.
     */
    private static void dynamicConvInteger(OnnxNode o, String w) {
        int rank = o.rank(0);
        NnReaders.Window window = NnReaders.Window.of(o, NnReaders.kernel(o, 1), rank - 2);
        if (window.same()) {
            throw o.unsupported("auto_pad with a computed zero point is not there");
        }
        String zero = o.reshape(o.input(2));
        int[] before = new int[rank];
        int[] after = new int[rank];
        System.arraycopy(window.before(), 0, before, 2, rank - 2);
        System.arraycopy(window.after(), 0, after, 2, rank - 2);
        String padded = o.add(new Pad(Ints.of(before), Ints.of(after), 0f), o.input(0), zero);
        String x = o.retyped(padded, unit(o, 0, Optional.empty()));
        NnReaders.Window valid =
                new NnReaders.Window(
                        window.kernel(),
                        window.strides(),
                        window.dilations(),
                        new int[rank - 2],
                        new int[rank - 2],
                        false);
        int groups = o.integer("group", 1);
        String y =
                NnReaders.convolution(
                        o,
                        NnReaders.channelsLast(o, x),
                        w,
                        "",
                        valid.flat(),
                        groups,
                        Optional.of(SUMS));
        Tensor filter = o.constant(w).orElseThrow();
        int channels = filter.shape().dim(0);
        Tensor sums = Tensor.zeros(TensorType.of(DType.S32, Shape.of(channels)));
        int taps = channels == 0 ? 0 : filter.elements() / channels;
        for (int c = 0; c < channels; c++) {
            long sum = 0;
            for (int k = 0; k < taps; k++) {
                sum += filter.integer(c * taps + k) - filter.type().zeroPoint(c);
            }
            sums.setInteger(c, sum);
        }
        String wide = o.add(new Cast(DType.S32), zero);
        String extra = o.add(new Mul(Activation.NONE), o.constant(sums), wide);
        String exact = o.add(new Sub(Activation.NONE), y, extra);
        NnReaders.emitChannelsFirst(o, 0, exact, rank);
    }

    /** Codes of an input with scale 1. */
    private static Quant unit(OnnxNode o, int i, Optional<Integer> zero) {
        return new Quant.PerTensor(1f, zero.orElse(0), o.type(i).dtype().bits());
    }

    static void qLinearMatMul(OnnxNode o) {
        String a = QuantReaders.codes(o, 0, 1, 2);
        product(o, a, 3, 4, 5, QuantReaders.output(o, 6, 7));
    }

    /** The product of codes with input {@code b} as the node's output. */
    private static void product(
            OnnxNode o, String a, int b, int scale, int zero, TensorType codes) {
        Optional<Tensor> w = o.constant(b);
        if (w.isPresent() && o.rank(b) == 2 && o.shape(a).rank() >= 2) {
            o.emitAs(codes, new FullyConnected(true, Activation.NONE), layer(o, a, b, scale, zero));
            return;
        }
        if (o.shape(a).rank() < 2 || o.rank(b) < 2) {
            throw o.unsupported("products of codes need matrices");
        }
        String right = QuantReaders.codes(o, b, scale, zero);
        o.emitAs(codes, new BatchMatmul(false, false), List.of(a, right));
    }

    /** Operands of a layer whose weights are the columns of constant input {@code b}. */
    private static List<String> layer(OnnxNode o, String a, int b, int scale, int zero) {
        Tensor w = o.requireConstant(b, "the weights");
        Quant quant = weights(o, w, scale, zero, 1);
        String columns = o.constant(w.as(w.type().withQuant(quant)));
        return List.of(a, o.add(new Transpose(Ints.of(1, 0)), columns));
    }

    static void matMulInteger(OnnxNode o) {
        o.alias(0, sums(o, 0, 1, 2, 3));
    }

    /**
     * The int32 sums of {@code (a - Za) (b - Zb)}. Zero points that are computed, or are one a row,
     * take away what they add to the sums of plain codes.
     */
    private static String sums(OnnxNode o, int a, int b, int zeroA, int zeroB) {
        if (o.rank(a) < 2 || o.rank(b) < 2) {
            throw o.unsupported("products of codes need matrices");
        }
        Optional<Tensor> za = o.constant(zeroA);
        Optional<Tensor> zb = o.constant(zeroB);
        boolean plainA = !o.has(zeroA) || za.isPresent() && za.get().elements() == 1;
        boolean weights = o.constant(b).isPresent() && o.rank(b) == 2;
        boolean plainB = !o.has(zeroB) || zb.isPresent() && (zb.get().elements() == 1 || weights);
        Optional<Integer> pointA = plainA ? za.map(t -> (int) t.integer(0)) : Optional.empty();
        String x = o.retyped(o.coded(a), unit(o, a, pointA));
        String y;
        String w;
        Op op;
        if (weights) {
            op = new FullyConnected(true, Activation.NONE);
            w = layer(o, x, b, -1, plainB ? zeroB : Integer.MAX_VALUE).get(1);
        } else {
            op = new BatchMatmul(false, false);
            Optional<Integer> point = plainB ? zb.map(t -> (int) t.integer(0)) : Optional.empty();
            w = o.retyped(o.coded(b), unit(o, b, point));
        }
        y = o.addAs(SUMS, op, x, w);
        int depth = o.shape(a).dim(o.rank(a) - 1);
        Tensor ones = Tensor.zeros(TensorType.s8(1f, 0, 1, depth));
        Arrays.fill(ones.bytes(), (byte) 1);
        if (!plainA) {
            String columns = o.addAs(SUMS, op, o.constant(ones), w);
            y = less(o, y, columns, point(o, zeroA, true));
        }
        if (!plainB) {
            Op rows = new FullyConnected(true, Activation.NONE);
            String sum = o.addAs(SUMS, rows, x, o.constant(ones));
            String zero = point(o, zeroB, false);
            y = less(o, y, sum, zero);
            if (!plainA) {
                String both = o.add(new Mul(Activation.NONE), point(o, zeroA, true), zero);
                String count = o.constant(Tensor.of(Shape.of(), depth));
                y = o.add(new Add(Activation.NONE), y, o.add(mul(), both, count));
            }
        }
        return y;
    }

    private static Mul mul() {
        return new Mul(Activation.NONE);
    }

    private static String less(OnnxNode o, String y, String sums, String zero) {
        return o.add(new Sub(Activation.NONE), y, o.add(mul(), sums, zero));
    }

    /** Zero points as S32, one or one a row or column. */
    private static String point(OnnxNode o, int zero, boolean rows) {
        String z = o.add(new Cast(DType.S32), o.input(zero));
        Shape s = o.shape(zero);
        if (s.rank() == 0 || s.rank() == 1 && !s.isSymbolic(0) && s.dim(0) == 1) {
            return o.reshape(z);
        }
        return rows && s.rank() == 1 ? o.reshape(z, -1, 1) : z;
    }

    /** Real numbers from int32 sums, by the scale of each operand. */
    private static void real(OnnxNode o, String sums, String scaleA, String scaleB, int bias) {
        String scale = o.add(mul(), scaleA, scaleB);
        String y = o.add(mul(), o.add(new Cast(DType.F32), sums), scale);
        if (bias < 0 || !o.has(bias)) {
            o.alias(0, y);
        } else {
            o.emit(new Add(Activation.NONE), y, o.input(bias));
        }
    }

    static void matMulIntegerToFloat(OnnxNode o) {
        real(o, sums(o, 0, 1, 4, 5), one(o, 2), one(o, 3), 6);
    }

    private static String one(OnnxNode o, int i) {
        boolean single = o.shape(i).isStatic() && o.shape(i).elements() == 1;
        return single ? o.reshape(o.input(i)) : o.input(i);
    }

    static void dynamicQuantizeMatMul(OnnxNode o) {
        List<String> q = o.add(new DynamicQuantize(), 3, List.of(o.input(0)));
        Tensor w = o.requireConstant(1, "the weights");
        int channels = w.shape().dim(1);
        List<String> operands = layer(o, "", 1, -1, 3);
        String x = o.retyped(q.get(0), new Quant.PerTensor(1f, 0, 8));
        FullyConnected op = new FullyConnected(true, Activation.NONE);
        String y = o.addAs(SUMS, op, x, operands.get(1));
        Tensor ones = Tensor.zeros(TensorType.s8(1f, 0, 1, w.shape().dim(0)));
        Arrays.fill(ones.bytes(), (byte) 1);
        String columns = o.reshape(o.addAs(SUMS, op, o.constant(ones), operands.get(1)), channels);
        y = less(o, y, columns, o.add(new Cast(DType.S32), q.get(2)));
        real(o, y, q.get(1), one(o, 2), 4);
    }

    static void qGemm(OnnxNode o) {
        if (o.flag("transA", false)) {
            throw o.unsupported("a transposed first operand is not there");
        }
        float alpha = o.real("alpha", 1f);
        TensorType type = QuantReaders.type(o, o.type(0).dtype(), 1, 2);
        Quant.PerTensor q = (Quant.PerTensor) type.quant();
        Quant scaled = new Quant.PerTensor(alpha * q.scale(), q.zeroPoint(), q.bits());
        String a = o.retyped(o.coded(0), scaled);
        Tensor w = o.requireConstant(3, "the weights");
        boolean rows = o.flag("transB", false);
        Quant quant = weights(o, w, 4, 5, rows ? 0 : 1);
        String b = o.constant(w.as(w.type().withQuant(quant)));
        List<String> operands = new ArrayList<>(List.of(a));
        operands.add(rows ? b : o.add(new Transpose(Ints.of(1, 0)), b));
        if (o.has(6)) {
            Tensor bias = o.requireConstant(6, "the bias");
            int outputs = w.shape().dim(rows ? 0 : 1);
            if (bias.elements() != outputs) {
                throw o.unsupported("the bias must be one number a column");
            }
            operands.add(o.constant(bias.as(TensorType.of(DType.S32, Shape.of(outputs)))));
        }
        Op op = new FullyConnected(true, Activation.NONE);
        if (o.has(7)) {
            o.emitAs(QuantReaders.output(o, 7, 8), op, operands);
            return;
        }
        String y = o.addAs(SUMS, op, operands.toArray(String[]::new));
        real(o, y, o.scalar(alpha * q.scale()), one(o, 4), -1);
    }

    static void qLinearConcat(OnnxNode o) {
        List<String> parts = new ArrayList<>();
        for (int i = 2; i + 2 < o.inputs(); i += 3) {
            parts.add(QuantReaders.codes(o, i, i + 1, i + 2));
        }
        int axis = o.axis(o.integer("axis"), o.rank(2));
        o.emitAs(QuantReaders.type(o, o.type(1).dtype(), 0, 1), new Concat(axis), parts);
    }

    static void qLinearAveragePool(OnnxNode o) {
        int rank = o.rank(0);
        if (rank != 4 || o.flag("channels_last", false) || o.flag("count_include_pad", false)) {
            throw o.unsupported("it pools NCHW images without their padding");
        }
        NnReaders.Window w = PoolingReaders.window(o);
        String x = NnReaders.channelsLast(o, QuantReaders.codes(o, 0, 1, 2));
        AveragePool2d op =
                new AveragePool2d(
                        Ints.of(w.kernel()), Ints.of(w.strides()), w.padding(), Activation.NONE);
        NnReaders.emitChannelsFirst(o, 0, o.addAs(QuantReaders.output(o, 3, 4), op, x), rank);
    }

    static void qLinearGlobalAveragePool(OnnxNode o) {
        String x = QuantReaders.codes(o, 0, 1, 2);
        if (o.rank(0) != 4) {
            throw o.unsupported("it pools images of 2 dimensions, not " + o.type(0));
        }
        TensorType y = QuantReaders.output(o, 3, 4);
        if (o.flag("channels_last", false)) {
            o.emitAs(y, new Mean(Ints.of(1, 2), true), List.of(x));
            return;
        }
        String mean = o.addAs(y, new Mean(Ints.of(1, 2), true), NnReaders.channelsLast(o, x));
        NnReaders.emitChannelsFirst(o, 0, mean, 4);
    }
}

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
        TensorType y = QuantReaders.output(o, 6, 7);
        convolution(o, x, filter(o, 3, 4, 5), 3, o.inputOrAbsent(8), y);
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

    /** A convolution of codes as the node's output; input {@code w} is the filter of the file. */
    private static void convolution(
            OnnxNode o, String x, String filter, int w, String bias, TensorType codes) {
        int rank = o.shape(x).rank();
        if (rank != 3 && rank != 4) {
            throw o.unsupported("it convolves codes of 1 or 2 dimensions, not " + o.type(x));
        }
        NnReaders.Window window = NnReaders.Window.of(o, NnReaders.kernel(o, w), rank - 2);
        String y = NnReaders.convolution(o, x, filter, bias, window, Optional.of(codes));
        NnReaders.emitChannelsFirst(o, 0, y, rank);
    }

    static void convInteger(OnnxNode o) {
        String w = filter(o, 1, -1, 3);
        Optional<Tensor> zero = o.constant(2);
        if (!o.has(2) || zero.isPresent() && zero.get().elements() == 1) {
            String x = o.retyped(o.coded(0), unit(o.type(0), zero));
            convolution(o, x, w, 1, "", SUMS);
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
        String x = o.retyped(padded, unit(o.type(0), Optional.empty()));
        String y = NnReaders.convolution(o, x, w, "", window.unpadded(), Optional.of(SUMS));
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
        NnReaders.emitChannelsFirst(o, 0, less(o, y, o.constant(sums), wide), rank);
    }

    /** Codes with scale 1 and a zero point, 0 if there is none. */
    private static Quant unit(TensorType codes, Optional<Tensor> zero) {
        int point = zero.map(t -> (int) t.integer(0)).orElse(0);
        return new Quant.PerTensor(1f, point, codes.dtype().bits());
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
        o.alias(0, sums(o, 2, 3));
    }

    /** The int32 products of inputs 0 and 1, matrices, with these inputs as zero points. */
    private static String sums(OnnxNode o, int zeroA, int zeroB) {
        if (o.rank(0) < 2 || o.rank(1) < 2) {
            throw o.unsupported("products of codes need matrices");
        }
        return sums(o, o.coded(0), o.inputOrAbsent(zeroA), zeroB);
    }

    /**
     * The int32 sums of {@code (a - Za) (b - Zb)}, b input 1. Zero points that are computed, or are
     * one a row, take away what they add to the sums of plain codes.
     *
     * @param zeroA the zero points of {@code a}; empty for zero
     * @param zeroB input with the zero points of b; none if it is not given
     */
    private static String sums(OnnxNode o, String a, String zeroA, int zeroB) {
        Optional<Tensor> za = zeroA.isEmpty() ? Optional.empty() : o.constant(zeroA);
        Optional<Tensor> zb = o.constant(zeroB);
        boolean plainA = zeroA.isEmpty() || za.isPresent() && za.get().elements() == 1;
        boolean weights = o.constant(1).isPresent() && o.rank(1) == 2;
        boolean plainB = !o.has(zeroB) || zb.isPresent() && (zb.get().elements() == 1 || weights);
        String x = o.retyped(a, unit(o.type(a), plainA ? za : Optional.empty()));
        String w;
        Op op;
        if (weights) {
            op = new FullyConnected(true, Activation.NONE);
            w = layer(o, x, 1, -1, plainB ? zeroB : Integer.MAX_VALUE).get(1);
        } else {
            op = new BatchMatmul(false, false);
            w = o.retyped(o.coded(1), unit(o.type(1), plainB ? zb : Optional.empty()));
        }
        String y = o.addAs(SUMS, op, x, w);
        if (plainA && plainB) {
            return y;
        }
        int depth = o.shape(1).dim(o.rank(1) - 2);
        Tensor all = Tensor.zeros(TensorType.s8(1f, 0, 1, depth));
        Arrays.fill(all.bytes(), (byte) 1);
        String ones = o.constant(all);
        if (!plainA) {
            String columns = o.addAs(SUMS, op, ones, w);
            columns = weights ? o.reshape(columns, o.shape(1).dim(1)) : columns;
            y = less(o, y, columns, point(o, zeroA, true));
        }
        if (!plainB) {
            String rows = o.addAs(SUMS, new FullyConnected(true, Activation.NONE), x, ones);
            String zero = point(o, o.input(zeroB), false);
            y = less(o, y, rows, zero);
            if (!plainA) {
                String both = o.add(mul(), point(o, zeroA, true), zero);
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
    private static String point(OnnxNode o, String zero, boolean rows) {
        String z = o.add(new Cast(DType.S32), zero);
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
        real(o, sums(o, 4, 5), one(o, 2), one(o, 3), 6);
    }

    private static String one(OnnxNode o, int i) {
        boolean single = o.shape(i).isStatic() && o.shape(i).elements() == 1;
        return single ? o.reshape(o.input(i)) : o.input(i);
    }

    static void dynamicQuantizeMatMul(OnnxNode o) {
        o.requireConstant(1, "the weights");
        List<String> q = o.add(new DynamicQuantize(), 3, List.of(o.input(0)));
        real(o, sums(o, q.get(0), q.get(2), 3), q.get(1), one(o, 2), 4);
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

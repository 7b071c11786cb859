package quern.formats.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import quern.formats.onnx.NnReaders.Window;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.math.Abs;
import quern.op.math.Maximum;
import quern.op.math.Mul;
import quern.op.math.Pow;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.quantize.Cast;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.Sum;
import quern.op.shape.Pad;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;

/** Pooling. Images are NCHW in ONNX and NHWC here. */
final class PoolingReaders {
    private PoolingReaders() {}

    static void globalAverage(OnnxNode o) {
        if (o.rank(0) != 4) {
            o.emit(new Mean(spatial(o), true), o.input(0));
            return;
        }
        String mean = o.add(new Mean(Ints.of(1, 2), true), NnReaders.channelsLast(o, o.input(0)));
        NnReaders.emitChannelsFirst(o, 0, mean, 4);
    }

    static void globalMax(OnnxNode o) {
        o.emit(new ReduceMax(spatial(o), true), o.input(0));
    }

    static void globalLp(OnnxNode o) {
        int p = o.integer("p", 2);
        String powers = power(o, o.add(new Abs(), o.input(0)), p);
        o.alias(0, power(o, o.add(new Sum(spatial(o), true), powers), 1f / p));
    }

    private static String power(OnnxNode o, String x, float p) {
        return p == 1f ? x : o.add(new Pow(), x, o.scalar(p));
    }

    private static Ints spatial(OnnxNode o) {
        return Ints.of(IntStream.range(2, o.rank(0)).toArray());
    }

    static void max(OnnxNode o) {
        if (o.wants(1)) {
            throw o.unsupported("the places of the largest elements (output 1) are not there");
        }
        DType type = o.type(0).dtype();
        String x = type == DType.F32 ? o.input(0) : o.add(new Cast(DType.F32), o.input(0));
        Window w = window(o);
        boolean dilated = Arrays.stream(w.dilations()).anyMatch(d -> d != 1);
        String y = dilated ? slices(o, x, w) : pooled(o, x, w, true);
        ShapeReaders.emitCast(o, type, y);
    }

    static void average(OnnxNode o) {
        Window w = window(o);
        if (Arrays.stream(w.dilations()).anyMatch(d -> d != 1)) {
            throw o.unsupported("dilations are not there");
        }
        if (!o.flag("count_include_pad", false)) {
            o.alias(0, pooled(o, o.input(0), w, false));
            return;
        }
        o.alias(0, pooled(o, padded(o, o.input(0), w, 0f), extra(o, w), false));
    }

    static void lp(OnnxNode o) {
        int p = o.integer("p", 2);
        Window w = window(o);
        String powers = power(o, o.add(new Abs(), o.input(0)), p);
        String mean = pooled(o, padded(o, powers, w, 0f), extra(o, w), false);
        float taps = Arrays.stream(w.kernel()).reduce(1, (a, b) -> a * b);
        String sum = o.add(new Mul(Activation.NONE), mean, o.scalar(taps));
        o.alias(0, power(o, sum, 1f / p));
    }

    static Window window(OnnxNode o) {
        int dims = o.rank(0) - 2;
        if (dims < 1 || dims > 3) {
            throw o.unsupported("it pools images of 1 to 3 dimensions, not " + o.type(0));
        }
        return ceiled(o, Window.of(o, o.ints("kernel_shape"), dims));
    }

    /** With {@code ceil_mode} a last window that begins inside counts: padding after it grows. */
    private static Window ceiled(OnnxNode o, Window w) {
        if (!o.flag("ceil_mode", false)) {
            return w;
        }
        int[] after = w.after().clone();
        for (int i = 0; i < after.length; i++) {
            int size = size(o, o.shape(0), i + 2) + w.before()[i] + after[i];
            int extent = (w.kernel()[i] - 1) * w.dilations()[i] + 1;
            int stride = w.strides()[i];
            int outputs = (size - extent + stride - 1) / stride + 1;
            if ((outputs - 1) * stride >= size - after[i]) {
                outputs--;
            }
            after[i] += Math.max(0, (outputs - 1) * stride + extent - size);
        }
        return new Window(w.kernel(), w.strides(), w.dilations(), w.before(), after, w.same());
    }

    /** The window behind padding that was added: what {@code ceil_mode} adds is still missing. */
    private static Window extra(OnnxNode o, Window w) {
        if (w.same()) {
            throw o.unsupported("auto_pad with count_include_pad is not there");
        }
        int dims = w.kernel().length;
        int[] declared = Window.of(o, w.kernel(), dims).after();
        int[] after = IntStream.range(0, dims).map(i -> w.after()[i] - declared[i]).toArray();
        return new Window(w.kernel(), w.strides(), w.dilations(), new int[dims], after, false);
    }

    private static int size(OnnxNode o, Shape x, int axis) {
        if (x.isSymbolic(axis)) {
            throw o.unsupported("ceil_mode and dilations need sizes that are known");
        }
        return x.dim(axis);
    }

    /** The declared padding, filled with a value. */
    private static String padded(OnnxNode o, String x, Window w, float value) {
        int dims = w.kernel().length;
        Window declared = Window.of(o, w.kernel(), dims);
        return pad(o, x, declared.before(), declared.after(), value);
    }

    private static String pad(OnnxNode o, String x, int[] before, int[] after, float value) {
        int rank = before.length + 2;
        int[] front = new int[rank];
        int[] back = new int[rank];
        System.arraycopy(before, 0, front, 2, before.length);
        System.arraycopy(after, 0, back, 2, after.length);
        return o.add(new Pad(Ints.of(front), Ints.of(back), value), x);
    }

    /** The largest of strided slices, one for each tap. */
    private static String slices(OnnxNode o, String x, Window w) {
        String all = pad(o, x, w.before(), w.after(), -Float.MAX_VALUE);
        Shape s = o.shape(all);
        int dims = w.kernel().length;
        List<String> taps = new ArrayList<>(List.of(all));
        for (int i = 0; i < dims; i++) {
            int extent = (w.kernel()[i] - 1) * w.dilations()[i] + 1;
            int outputs = (size(o, s, i + 2) - extent) / w.strides()[i] + 1;
            List<String> next = new ArrayList<>();
            for (String t : taps) {
                for (int k = 0; k < w.kernel()[i]; k++) {
                    int start = k * w.dilations()[i];
                    next.add(NnReaders.at(o, t, i + 2, start, w.strides()[i], outputs));
                }
            }
            taps = next;
        }
        String largest = taps.get(0);
        for (String t : taps.subList(1, taps.size())) {
            largest = o.add(new Maximum(), largest, t);
        }
        return largest;
    }

    /** Pools an image with channels in front. */
    private static String pooled(OnnxNode o, String x, Window w, boolean max) {
        int dims = w.kernel().length;
        if (dims == 3) {
            return DeepReaders.pooled(o, x, w, max);
        }
        String last = NnReaders.channelsLast(o, x);
        String y = o.add(pool(w.flat(), max), last);
        return NnReaders.channelsFirst(o, y, dims + 2);
    }

    static Op pool(Window w, boolean max) {
        Ints kernel = Ints.of(w.kernel());
        Ints stride = Ints.of(w.strides());
        Padding padding = w.padding();
        return max
                ? new MaxPool2d(kernel, stride, padding, Activation.NONE)
                : new AveragePool2d(kernel, stride, padding, Activation.NONE);
    }
}

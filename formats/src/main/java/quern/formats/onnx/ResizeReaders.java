package quern.formats.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import quern.op.Activation;
import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;
import quern.op.logic.Select;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.nn.FullyConnected;
import quern.op.shape.Gather;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Images at another size, axis by axis: each element of an axis is a sum of some elements of the
 * input's axis with constant weights.
 */
final class ResizeReaders {
    /** More taps than this are a product with a matrix. */
    private static final int MOST_TAPS = 4;

    private ResizeReaders() {}

    /**
     * How an axis is resized.
     *
     * @param in its size
     * @param out its size afterwards
     * @param scale how much larger it gets, as the model says
     * @param start where the region that is taken begins, as a part of the axis
     * @param end where it ends
     */
    private record Axis(int in, int out, double scale, double start, double end) {
        boolean isExact() {
            return out == in * scale;
        }
    }

    /** What elements of the input make an element of the output, and with which weights. */
    private record Taps(int[][] index, float[][] weight, boolean[] outside) {}

    static void upsample(OnnxNode o) {
        double[] scales;
        if (o.opset() < 9) {
            float[] given = o.reals("scales");
            scales = IntStream.range(0, given.length).mapToDouble(i -> given[i]).toArray();
        } else {
            scales = numbers(o.requireConstant(1, "scales"));
        }
        String mode = o.text("mode", "nearest");
        resize(o, axes(o, scales, new double[0], new double[0]), mode, "asymmetric", "floor");
    }

    static void resize(OnnxNode o) {
        if (o.opset() < 11) {
            double[] scales = numbers(o.requireConstant(1, "scales"));
            String mode = o.text("mode", "nearest");
            resize(o, axes(o, scales, new double[0], new double[0]), mode, "asymmetric", "floor");
            return;
        }
        String transform = o.text("coordinate_transformation_mode", "half_pixel");
        double[] roi = new double[0];
        if (transform.equals("tf_crop_and_resize")) {
            roi = numbers(o.requireConstant(1, "roi"));
        }
        double[] scales = has(o, 2) ? numbers(o.requireConstant(2, "scales")) : new double[0];
        double[] sizes = has(o, 3) ? numbers(o.requireConstant(3, "sizes")) : new double[0];
        if (scales.length == 0 && sizes.length == 0) {
            throw o.error("neither scales nor sizes are given");
        }
        resize(
                o,
                axes(o, scales, sizes, roi),
                o.text("mode", "nearest"),
                transform,
                o.text("nearest_mode", "round_prefer_floor"));
    }

    /** Whether an optional list is given and not empty. */
    private static boolean has(OnnxNode o, int i) {
        return o.has(i) && !(o.shape(i).isStatic() && o.shape(i).elements() == 0);
    }

    private static double[] numbers(Tensor t) {
        double[] all = new double[t.elements()];
        for (int i = 0; i < all.length; i++) {
            all[i] = t.dtype() == DType.F32 ? t.real(i) : t.integer(i);
        }
        return all;
    }

    private static Axis[] axes(OnnxNode o, double[] scales, double[] sizes, double[] roi) {
        Shape x = o.shape(0);
        int[] which = o.ints("axes", IntStream.range(0, x.rank()).toArray());
        int n = which.length;
        if (Math.max(scales.length, sizes.length) != n || roi.length != 0 && roi.length != 2 * n) {
            throw o.error("scales, sizes and roi must have a number for each axis");
        }
        String policy = o.text("keep_aspect_ratio_policy", "stretch");
        double common = 0;
        if (!policy.equals("stretch") && sizes.length > 0) {
            for (int i = 0; i < n; i++) {
                double s = sizes[i] / size(o, x, o.axis(which[i], x.rank()));
                boolean better = policy.equals("not_larger") ? s < common : s > common;
                common = i == 0 || better ? s : common;
            }
        }
        Axis[] axes = new Axis[x.rank()];
        for (int i = 0; i < n; i++) {
            int axis = o.axis(which[i], x.rank());
            boolean same = scales.length > 0 && scales[i] == 1 && roi.length == 0;
            if (same) {
                continue;
            }
            int in = size(o, x, axis);
            double scale = common > 0 ? common : scales.length > 0 ? scales[i] : sizes[i] / in;
            double out =
                    common > 0
                            ? Math.floor(common * in + 0.5)
                            : scales.length > 0 ? Math.floor(in * scale) : sizes[i];
            if (!(out >= 0 && out <= Integer.MAX_VALUE && in > 0)) {
                throw o.error("axis " + axis + " of " + x + " cannot have size " + out);
            }
            double start = roi.length > 0 ? roi[i] : 0;
            axes[axis] = new Axis(in, (int) out, scale, start, roi.length > 0 ? roi[n + i] : 1);
        }
        return axes;
    }

    private static int size(OnnxNode o, Shape x, int axis) {
        if (x.isSymbolic(axis)) {
            throw o.unsupported("the sizes of the axes that it resizes must be known");
        }
        return x.dim(axis);
    }

    private static void resize(
            OnnxNode o, Axis[] axes, String mode, String transform, String nearest) {
        if (image(o, axes, mode, transform, nearest)) {
            return;
        }
        String y = o.input(0);
        for (int axis = 0; axis < axes.length; axis++) {
            Axis a = axes[axis];
            if (a != null && (a.in() != a.out() || transform.equals("tf_crop_and_resize"))) {
                y = along(o, y, axis, taps(o, a, mode, transform, nearest));
            }
        }
        o.alias(0, y);
    }

    /** Resizes an image of two dimensions with an operator of its own, if one does just that. */
    private static boolean image(
            OnnxNode o, Axis[] axes, String mode, String transform, String nearest) {
        boolean flat =
                axes.length == 4
                        && o.type(0).dtype() == DType.F32
                        && isSame(axes[0])
                        && isSame(axes[1])
                        && axes[2] != null
                        && axes[3] != null
                        && axes[2].isExact()
                        && axes[3].isExact()
                        && !o.flag("antialias", false);
        boolean aligned = transform.equals("align_corners");
        boolean half = transform.equals("half_pixel") || transform.equals("pytorch_half_pixel");
        boolean corner = transform.equals("asymmetric");
        if (!flat || axes[2].out() < 2 || axes[3].out() < 2) {
            return false;
        }
        Ints size = Ints.of(axes[2].out(), axes[3].out());
        String last = "";
        if (mode.equals("linear") && (aligned || half || corner)) {
            last = NnReaders.channelsLast(o, o.input(0));
            last = o.add(new ResizeBilinear(size, aligned, half), last);
        } else if (mode.equals("nearest") && corner && nearest.equals("floor")) {
            last = NnReaders.channelsLast(o, o.input(0));
            last = o.add(new ResizeNearestNeighbor(size, false, false), last);
        }
        if (last.isEmpty()) {
            return false;
        }
        NnReaders.emitChannelsFirst(o, 0, last, 4);
        return true;
    }

    private static boolean isSame(Axis a) {
        return a == null || a.in() == a.out();
    }

    /** Where an element of the output lies on the input's axis. */
    private static double place(OnnxNode o, Axis a, String transform, int i) {
        return switch (transform) {
            case "half_pixel" -> (i + 0.5) / a.scale() - 0.5;
            case "half_pixel_symmetric" -> {
                double adjusted = a.out() / (a.in() * a.scale());
                double centre = a.in() / 2.0;
                yield centre * (1 - adjusted) + (i + 0.5) / a.scale() - 0.5;
            }
            case "pytorch_half_pixel" -> a.out() > 1 ? (i + 0.5) / a.scale() - 0.5 : 0;
            case "align_corners" -> a.out() == 1 ? 0 : i * (a.in() - 1.0) / (a.out() - 1.0);
            case "asymmetric" -> i / a.scale();
            case "tf_half_pixel_for_nn" -> (i + 0.5) / a.scale();
            case "tf_crop_and_resize" ->
                    a.out() > 1
                            ? a.start() * (a.in() - 1)
                                    + i * (a.end() - a.start()) * (a.in() - 1) / (a.out() - 1)
                            : 0.5 * (a.start() + a.end()) * (a.in() - 1);
            default -> throw o.unsupported("coordinate_transformation_mode " + transform);
        };
    }

    private static Taps taps(OnnxNode o, Axis a, String mode, String transform, String nearest) {
        int[][] index = new int[a.out()][];
        float[][] weight = new float[a.out()][];
        boolean[] outside = new boolean[a.out()];
        boolean anti = o.flag("antialias", false) && a.scale() < 1;
        double stretch = anti ? 1 / a.scale() : 1;
        for (int i = 0; i < a.out(); i++) {
            double x = place(o, a, transform, i);
            outside[i] = transform.equals("tf_crop_and_resize") && (x < 0 || x > a.in() - 1);
            if (mode.equals("nearest")) {
                index[i] = new int[] {clamp(rounded(o, x, nearest), a.in())};
                weight[i] = new float[] {1f};
                continue;
            }
            double reach = (mode.equals("cubic") ? 2 : 1) * stretch;
            int first = (int) Math.floor(x - reach) + 1;
            int count = (int) Math.floor(x + reach) - first + 1;
            double[] w = new double[count];
            double sum = 0;
            for (int k = 0; k < count; k++) {
                boolean inside = first + k >= 0 && first + k < a.in();
                boolean dropped = !inside && (anti || o.flag("exclude_outside", false));
                w[k] = dropped ? 0 : filter(o, mode, Math.abs(x - first - k) / stretch);
                sum += w[k];
            }
            index[i] = new int[count];
            weight[i] = new float[count];
            for (int k = 0; k < count; k++) {
                index[i][k] = clamp(first + k, a.in());
                weight[i][k] = (float) (w[k] / sum);
            }
        }
        return new Taps(index, weight, outside);
    }

    private static double filter(OnnxNode o, String mode, double d) {
        if (mode.equals("linear")) {
            return Math.max(0, 1 - d);
        }
        if (!mode.equals("cubic")) {
            throw o.unsupported("mode " + mode);
        }
        double c = o.real("cubic_coeff_a", -0.75f);
        if (d <= 1) {
            return ((c + 2) * d - (c + 3)) * d * d + 1;
        }
        return d < 2 ? ((c * d - 5 * c) * d + 8 * c) * d - 4 * c : 0;
    }

    private static double rounded(OnnxNode o, double x, String nearest) {
        return switch (nearest) {
            case "round_prefer_floor" -> Math.ceil(x - 0.5);
            case "round_prefer_ceil" -> Math.floor(x + 0.5);
            case "floor" -> Math.floor(x);
            case "ceil" -> Math.ceil(x);
            default -> throw o.unsupported("nearest_mode " + nearest);
        };
    }

    private static int clamp(double x, int size) {
        return (int) Math.max(0, Math.min(x, size - 1));
    }

    private static String along(OnnxNode o, String x, int axis, Taps taps) {
        int out = taps.index().length;
        int most = Arrays.stream(taps.index()).mapToInt(t -> t.length).max().orElse(0);
        String y = most > MOST_TAPS ? product(o, x, axis, taps) : sum(o, x, axis, taps, most);
        boolean some = false;
        Tensor kept = Tensor.zeros(TensorType.of(DType.BOOL, broadcast(o, x, axis, out)));
        for (int i = 0; i < out; i++) {
            kept.setInteger(i, taps.outside()[i] ? 0 : 1);
            some |= taps.outside()[i];
        }
        if (!some) {
            return y;
        }
        String value = o.scalar(o.real("extrapolation_value", 0f));
        return o.add(new Select(), o.constant(kept), y, value);
    }

    /** A shape of ones but for the axis. */
    private static Shape broadcast(OnnxNode o, String x, int axis, int size) {
        int[] dims = new int[o.shape(x).rank() - axis];
        Arrays.fill(dims, 1);
        dims[0] = size;
        return Shape.of(dims);
    }

    private static String sum(OnnxNode o, String x, int axis, Taps taps, int most) {
        int out = taps.index().length;
        String all = "";
        for (int k = 0; k < most; k++) {
            int[] at = new int[out];
            Tensor weights = Tensor.zeros(TensorType.of(DType.F32, broadcast(o, x, axis, out)));
            boolean ones = true;
            for (int i = 0; i < out; i++) {
                boolean there = k < taps.index()[i].length;
                at[i] = there ? taps.index()[i][k] : 0;
                weights.setReal(i, there ? taps.weight()[i][k] : 0f);
                ones &= weights.real(i) == 1f;
            }
            String part = o.add(new Gather(axis, 0), x, o.list(at));
            if (!ones) {
                part = o.add(new Mul(Activation.NONE), part, o.constant(weights));
            }
            all = k == 0 ? part : o.add(new Add(Activation.NONE), all, part);
        }
        return all;
    }

    private static String product(OnnxNode o, String x, int axis, Taps taps) {
        int rank = o.shape(x).rank();
        int in = o.shape(x).dim(axis);
        int out = taps.index().length;
        Tensor matrix = Tensor.zeros(TensorType.f32(out, in));
        for (int i = 0; i < out; i++) {
            for (int k = 0; k < taps.index()[i].length; k++) {
                int at = i * in + taps.index()[i][k];
                matrix.setReal(at, matrix.real(at) + taps.weight()[i][k]);
            }
        }
        List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        order.set(axis, rank - 1);
        order.set(rank - 1, axis);
        Ints swap = Ints.of(order.stream().mapToInt(i -> i).toArray());
        String last = o.add(new Transpose(swap), x);
        var layer = new FullyConnected(true, Activation.NONE);
        return o.add(new Transpose(swap), o.add(layer, last, o.constant(matrix)));
    }
}

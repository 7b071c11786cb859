package quern.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import quern.op.ImageOps;
import quern.op.Padding;
import quern.op.TransposedWindow;
import quern.op.Window;
import quern.op.image.ResizeNearestNeighbor;
import quern.reference.ResizeGrid;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Layers with weights, and operators on images, whose channels stand in front. */
final class LayerWriters {
    private static final int MOST_NEIGHBOURS = 1 << 20;

    private LayerWriters() {}

    static String write(NodeWriter o) {
        return switch (o.name()) {
            case "Conv2d" -> convolution(o, o.attributes().integer("groups", 1), 0, 3, 1, 2);
            case "DepthwiseConv2d" -> convolution(o, o.shape(0).dim(1), 3, 0, 1, 2);
            case "TransposeConv" -> transposed(o);
            case "FullyConnected" -> fullyConnected(o);
            case "MaxPool2d" -> pool(o, "MaxPool", o.in(0));
            case "AveragePool2d" -> pool(o, "AveragePool", o.in(0));
            case "L2Pool2d" -> o.of("Sqrt", pool(o, "AveragePool", o.of("Mul", o.in(0), o.in(0))));
            case "ResizeBilinear" -> bilinear(o);
            case "ResizeNearestNeighbor" -> nearest(o);
            case "LocalResponseNormalization" -> normalization(o);
            case "SpaceToDepth" ->
                    o.add("SpaceToDepth", List.of(o.in(0)), "blocksize", o.integer("block"));
            case "DepthToSpace" ->
                    o.add(
                            "DepthToSpace",
                            List.of(o.in(0)),
                            "blocksize",
                            o.integer("block"),
                            "mode",
                            o.flag("depth_first") == 1 ? "CRD" : "DCR");
            default -> throw o.unsupported("no form of it is known");
        };
    }

    private static String convolution(NodeWriter o, int groups, int... order) {
        Ints kernel = Ints.of(o.shape(1).dim(1), o.shape(1).dim(2));
        List<Object> attributes = window(o, kernel);
        attributes.addAll(List.of("dilations", ImageOps.dilation(o.attributes()), "group", groups));
        return o.add("Conv", weighted(o, order), attributes.toArray());
    }

    private static List<String> weighted(NodeWriter o, int... order) {
        List<String> inputs = new ArrayList<>(List.of(o.in(0), o.weights(1, order)));
        if (o.has(2)) {
            inputs.add(o.bias());
        }
        return inputs;
    }

    /** Kernel, strides and padding. */
    private static List<Object> window(NodeWriter o, Ints kernel) {
        Ints stride = ImageOps.stride(o.attributes());
        Padding padding = Padding.read(o.attributes());
        List<Object> all = new ArrayList<>(List.of("kernel_shape", kernel, "strides", stride));
        if (padding instanceof Padding.Explicit e) {
            all.addAll(List.of("pads", Ints.of(e.top(), e.left(), e.bottom(), e.right())));
        } else if (padding instanceof Padding.Same) {
            Shape x = o.shape(0);
            if (x.isSymbolic(2) || x.isSymbolic(3)) {
                all.addAll(List.of("auto_pad", "SAME_UPPER"));
            } else {
                Ints dilation = ImageOps.dilation(o.attributes());
                Window v = Window.vertical(x.dim(2), kernel.at(0), stride, dilation, padding);
                Window h = Window.horizontal(x.dim(3), kernel.at(1), stride, dilation, padding);
                all.addAll(List.of("pads", Ints.of(v.before(), h.before(), after(v), after(h))));
            }
        }
        return all;
    }

    private static int after(Window w) {
        return Math.max(0, w.at(w.output() - 1, w.kernel() - 1) + 1 - w.input());
    }

    private static String pool(NodeWriter o, String type, String x) {
        return o.add(type, List.of(x), window(o, o.ints("kernel")).toArray());
    }

    private static String transposed(NodeWriter o) {
        Shape x = o.shape(0);
        if (x.isSymbolic(2) || x.isSymbolic(3)) {
            throw o.unsupported("the size of its image is not known");
        }
        Ints stride = ImageOps.stride(o.attributes());
        Padding padding = Padding.read(o.attributes());
        Ints size = o.ints("size");
        Ints kernel = Ints.of(o.shape(1).dim(1), o.shape(1).dim(2));
        var v = TransposedWindow.vertical(x.dim(2), kernel.at(0), stride, padding, size.at(0));
        var h = TransposedWindow.horizontal(x.dim(3), kernel.at(1), stride, padding, size.at(1));
        int below = cut(v);
        int right = cut(h);
        int[] more = {Math.max(0, -below), Math.max(0, -right)};
        if (more[0] >= stride.at(0) || more[1] >= stride.at(1)) {
            throw o.unsupported("its output reaches a whole stride beyond its input");
        }
        return o.add(
                "ConvTranspose",
                weighted(o, 3, 0, 1, 2),
                "kernel_shape",
                kernel,
                "strides",
                stride,
                "pads",
                Ints.of(v.before(), h.before(), Math.max(0, below), Math.max(0, right)),
                "output_padding",
                Ints.of(more));
    }

    /** What is cut off behind; negative if something is added. */
    private static int cut(TransposedWindow w) {
        return w.stride() * (w.input() - 1) + w.kernel() - w.before() - w.output();
    }

    private static String fullyConnected(NodeWriter o) {
        Shape x = o.shape(0);
        boolean keeps = o.flag("keep_dims") == 1;
        long open = o.output().shape().words().stream().filter(w -> !isNumber(w)).count();
        if (keeps && x.rank() != 2 && (open > 1 || !o.type(0).isQuantized())) {
            String y = o.of("MatMul", o.in(0), o.weights(1, 1, 0));
            return o.has(2) ? o.of("Add", y, o.bias()) : y;
        }
        boolean flat = x.rank() == 2;
        String rows = o.longs(-1, o.shape(1).dim(1));
        String a = flat ? o.in(0) : o.of("Reshape", o.code(0), rows);
        if (!flat && o.type(0).isQuantized()) {
            a = o.dequantized(0, a, -1);
        }
        List<String> inputs = new ArrayList<>(List.of(a, o.in(1)));
        if (o.has(2)) {
            inputs.add(o.bias());
        }
        String y = o.add("Gemm", inputs, "transB", 1);
        if (flat || !keeps) {
            return y;
        }
        String codes = o.finished(y, 0);
        o.keepCodes();
        return o.of("Reshape", codes, dims(o, o.output()));
    }

    private static boolean isNumber(String word) {
        return Character.isDigit(word.charAt(0));
    }

    /** The dimensions of a type, of which one may be open. */
    private static String dims(NodeWriter o, TensorType type) {
        long[] dims =
                type.shape().words().stream()
                        .mapToLong(w -> isNumber(w) ? Long.parseLong(w) : -1)
                        .toArray();
        if (LongStream.of(dims).filter(d -> d < 0).count() > 1) {
            throw o.unsupported("several dimensions of " + type.shape() + " are not known");
        }
        return o.longs(dims);
    }

    private static String bilinear(NodeWriter o) {
        boolean corners = o.flag("align_corners") == 1;
        boolean half = o.flag("half_pixel_centers") == 1;
        if (corners && half) {
            throw o.unsupported("ONNX does not align corners and centers at once");
        }
        String mode = corners ? "align_corners" : half ? "half_pixel" : "asymmetric";
        return resize(o, "linear", mode, "floor");
    }

    private static String resize(NodeWriter o, String mode, String transform, String nearest) {
        Shape x = o.shape(0);
        Ints size = o.ints("size");
        String sizes;
        if (x.isSymbolic(0) || x.isSymbolic(1)) {
            String all = o.of("Shape", o.in(0));
            String front = o.of("Slice", all, o.longs(0), o.longs(2));
            sizes = o.add("Concat", List.of(front, o.longs(size)), "axis", 0);
        } else {
            sizes = o.longs(x.dim(0), x.dim(1), size.at(0), size.at(1));
        }
        return o.add(
                "Resize",
                List.of(o.in(0), "", "", sizes),
                "mode",
                mode,
                "coordinate_transformation_mode",
                transform,
                "nearest_mode",
                nearest);
    }

    /** A Resize if it chooses the same pixels, however it may round, else the pixels one by one. */
    private static String nearest(NodeWriter o) {
        boolean corners = o.flag("align_corners") == 1;
        boolean half = o.flag("half_pixel_centers") == 1;
        if (agrees(o, 0, corners, half) && agrees(o, 1, corners, half)) {
            return corners
                    ? resize(o, "nearest", "align_corners", "round_prefer_ceil")
                    : half
                            ? resize(o, "nearest", "half_pixel", "round_prefer_ceil")
                            : resize(o, "nearest", "asymmetric", "floor");
        }
        return MoveWriters.chosen(
                o, MoveWriters.chosen(o, o.in(0), 2, indices(o, 0)), 3, indices(o, 1));
    }

    private static IntStream indices(NodeWriter o, int axis) {
        if (o.shape(0).isSymbolic(axis + 2)) {
            throw o.unsupported("the size of its image is not known");
        }
        int in = o.shape(0).dim(axis + 2);
        int out = o.ints("size").at(axis);
        var op = (ResizeNearestNeighbor) o.op();
        return IntStream.range(0, out).map(i -> ResizeGrid.nearest(op, i, in, out));
    }

    private static boolean agrees(NodeWriter o, int axis, boolean corners, boolean half) {
        int[] ours = indices(o, axis).toArray();
        int in = o.shape(0).dim(axis + 2);
        int out = ours.length;
        for (int i = 0; i < out; i++) {
            double place =
                    corners
                            ? out == 1 ? 0.5 : i * (in - 1.0) / (out - 1.0) + 0.5
                            : (i + (half ? 0.5 : 0)) * in / out;
            boolean whole = !corners && !half && i * (long) in % out == 0 && out % in == 0;
            double margin = whole ? 0 : 1e-5 * in;
            if (corners && half
                    || Math.min(in - 1, Math.max(0, Math.floor(place - margin))) != ours[i]
                    || Math.min(in - 1, Math.floor(place + margin)) != ours[i]) {
                return false;
            }
        }
        return true;
    }

    private static String normalization(NodeWriter o) {
        Shape x = o.shape(0);
        boolean image = x.rank() == 4;
        int size = 2 * Math.min(o.integer("radius"), MOST_NEIGHBOURS) + 1;
        String channels = image ? "" : x.word(x.rank() - 1);
        if (!image && !isNumber(channels)) {
            throw o.unsupported("the number of its channels is not known");
        }
        String in =
                image
                        ? o.in(0)
                        : o.of("Reshape", o.in(0), o.longs(-1, Long.parseLong(channels), 1, 1));
        String y =
                o.add(
                        "LRN",
                        List.of(in),
                        "size",
                        size,
                        "alpha",
                        o.real("alpha") * size,
                        "beta",
                        o.real("beta"),
                        "bias",
                        o.real("bias"));
        return image ? y : o.of("Reshape", y, dims(o, o.output()));
    }
}

package quern.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import quern.op.ImageOps;
import quern.op.Padding;
import quern.op.TransposedWindow;
import quern.op.Window;
import quern.op.image.ResizeNearestNeighbor;
import quern.reference.ResizeGrid;
import quern.tensor.Ints;
import quern.tensor.Shape;

/** Layers with weights, and operators on images, whose channels stand in front. */
final class LayerWriters {
    private static final int MOST_NEIGHBOURS = 1 << 20;

    private LayerWriters() {}

    static String write(NodeWriter o) {
        return switch (o.name()) {
            case "Conv2d" -> convolution(o, o.attributes().integer("groups", 1), 0, 3, 1, 2);
            case "DepthwiseConv2d" -> convolution(o, o.size(1), 3, 0, 1, 2);
            case "TransposeConv" -> transposed(o);
            case "FullyConnected" -> fullyConnected(o);
            case "MaxPool2d" -> window(o, "MaxPool", o.ints("kernel"), List.of(o.in(0)));
            case "AveragePool2d" -> window(o, "AveragePool", o.ints("kernel"), List.of(o.in(0)));
            case "L2Pool2d" -> {
                List<String> squares = List.of(o.of("Mul", o.in(0), o.in(0)));
                yield o.of("Sqrt", window(o, "AveragePool", o.ints("kernel"), squares));
            }
            case "ResizeBilinear" -> {
                if (o.flag("align_corners") + o.flag("half_pixel_centers") == 2) {
                    throw o.unsupported("ONNX does not align corners and centers at once");
                }
                yield resize(o, "linear");
            }
            case "ResizeNearestNeighbor" -> nearest(o);
            case "LocalResponseNormalization" -> normalization(o);
            case "BatchMatmul" ->
                    o.of("MatMul", turned(o, 0, "transpose_a"), turned(o, 1, "transpose_b"));
            case "Cast" -> {
                o.keepCodes();
                yield o.cast(o.code(0), o.output().dtype());
            }
            default -> throw o.unsupported("no form of it in ONNX is known");
        };
    }

    /** Input {@code i}, its last two axes exchanged if an attribute says so. */
    private static String turned(NodeWriter o, int i, String attribute) {
        int rank = o.shape(i).rank();
        int[] order = new int[rank];
        for (int k = 0; k < rank; k++) {
            order[k] = k < rank - 2 ? k : 2 * rank - 3 - k;
        }
        return o.flag(attribute) == 1 ? o.weights(i, order) : o.in(i);
    }

    private static Ints kernel(NodeWriter o) {
        return Ints.of(o.shape(1).dim(1), o.shape(1).dim(2));
    }

    private static String convolution(NodeWriter o, int groups, int... order) {
        List<String> inputs = List.of(o.in(0), o.weights(1, order), o.bias());
        Ints dilation = ImageOps.dilation(o.attributes());
        return window(o, "Conv group dilations", kernel(o), inputs, groups, dilation);
    }

    /** An operator under a window; its kernel, strides and padding stand behind the others. */
    private static String window(
            NodeWriter o, String form, Ints kernel, List<String> inputs, Object... attributes) {
        Ints stride = ImageOps.stride(o.attributes());
        Padding padding = Padding.read(o.attributes());
        List<Object> all = new ArrayList<>();
        all.add(inputs);
        all.addAll(List.of(attributes));
        all.add(kernel);
        all.add(stride);
        String pads = " kernel_shape strides pads";
        if (padding instanceof Padding.Explicit e) {
            all.add(Ints.of(e.top(), e.left(), e.bottom(), e.right()));
        } else if (padding instanceof Padding.Valid) {
            all.add(Ints.of(0, 0, 0, 0));
        } else {
            Ints dilation = ImageOps.dilation(o.attributes());
            Shape x = o.shape(0);
            // ONNX Runtime refuses auto_pad with dilations.
            if (dilation.stream().allMatch(d -> d == 1) || x.isSymbolic(2) || x.isSymbolic(3)) {
                pads = " kernel_shape strides auto_pad";
                all.add("SAME_UPPER");
            } else {
                Window v = Window.vertical(x.dim(2), kernel.at(0), stride, dilation, padding);
                Window h = Window.horizontal(x.dim(3), kernel.at(1), stride, dilation, padding);
                all.add(Ints.of(v.before(), h.before(), after(v), after(h)));
            }
        }
        return o.of(form + pads, all.toArray());
    }

    private static int after(Window w) {
        return Math.max(0, w.at(w.output() - 1, w.kernel() - 1) + 1 - w.input());
    }

    private static String transposed(NodeWriter o) {
        Ints stride = ImageOps.stride(o.attributes());
        Padding padding = Padding.read(o.attributes());
        Ints size = o.ints("size");
        Ints kernel = kernel(o);
        TransposedWindow v =
                TransposedWindow.vertical(o.size(2), kernel.at(0), stride, padding, size.at(0));
        TransposedWindow h =
                TransposedWindow.horizontal(o.size(3), kernel.at(1), stride, padding, size.at(1));
        int down = cut(v);
        int right = cut(h);
        if (-down >= v.stride() || -right >= h.stride()) {
            throw o.unsupported("its output reaches a whole stride beyond its input");
        }
        return o.of(
                "ConvTranspose kernel_shape strides pads output_padding",
                o.in(0),
                o.weights(1, 3, 0, 1, 2),
                o.bias(),
                kernel,
                stride,
                Ints.of(v.before(), h.before(), Math.max(0, down), Math.max(0, right)),
                Ints.of(Math.max(0, -down), Math.max(0, -right)));
    }

    /** What is cut off behind; negative if something is added. */
    private static int cut(TransposedWindow w) {
        return w.stride() * (w.input() - 1) + w.kernel() - w.before() - w.output();
    }

    private static String fullyConnected(NodeWriter o) {
        boolean rows = o.shape(0).rank() == 2;
        boolean codes = o.type(0).isQuantized();
        boolean keeps = o.flag("keep_dims") == 1 && !rows;
        if (keeps && (!codes || open(o) > 1)) {
            String y = o.of("MatMul", o.in(0), o.weights(1, 1, 0));
            return o.has(2) ? o.of("Add", y, o.bias()) : y;
        }
        String a = o.in(0);
        if (!rows) {
            a = o.of("Reshape", o.code(0), o.longs(-1, o.shape(1).dim(1)));
            a = codes ? o.dequantized(0, a, -1) : a;
        }
        String y = o.of("Gemm transB", a, o.in(1), o.bias(), 1);
        if (!keeps) {
            return y;
        }
        o.keepCodes();
        return shaped(o, o.finished(y, 0));
    }

    /** Number of dimensions of the output that are not known. */
    private static int open(NodeWriter o) {
        int open = 0;
        for (int i = 0; i < o.output().shape().rank(); i++) {
            open += o.output().shape().isSymbolic(i) ? 1 : 0;
        }
        return open;
    }

    /** A result in the shape of the output. */
    private static String shaped(NodeWriter o, String y) {
        Shape shape = o.output().shape();
        if (open(o) > 1) {
            throw o.unsupported("several dimensions of " + shape + " are not known");
        }
        long[] dims = new long[shape.rank()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = shape.isSymbolic(i) ? -1 : shape.dim(i);
        }
        return o.of("Reshape", y, o.longs(dims));
    }

    private static String resize(NodeWriter o, String mode) {
        Shape x = o.shape(0);
        Ints size = o.ints("size");
        String sizes;
        if (x.isSymbolic(0) || x.isSymbolic(1)) {
            String front = o.of("Slice", o.of("Shape", o.in(0)), o.longs(0), o.longs(2));
            sizes = o.of("Concat axis", front, o.longs(size), 0);
        } else {
            sizes = o.longs(x.dim(0), x.dim(1), size.at(0), size.at(1));
        }
        boolean corners = o.flag("align_corners") == 1;
        boolean half = o.flag("half_pixel_centers") == 1;
        return o.of(
                "Resize mode coordinate_transformation_mode nearest_mode",
                o.in(0),
                "",
                "",
                sizes,
                mode,
                corners ? "align_corners" : half ? "half_pixel" : "asymmetric",
                corners || half ? "round_prefer_ceil" : "floor");
    }

    /** A Resize if it chooses the same pixels however it may round, else the pixels one by one. */
    private static String nearest(NodeWriter o) {
        long[] rows = indices(o, 2);
        long[] columns = indices(o, 3);
        if (agrees(o, 2, rows) && agrees(o, 3, columns)) {
            return resize(o, "nearest");
        }
        String y = o.of("Gather axis", o.in(0), o.longs(rows), 2);
        return o.of("Gather axis", y, o.longs(columns), 3);
    }

    private static long[] indices(NodeWriter o, int axis) {
        long[] indices = new long[o.ints("size").at(axis - 2)];
        for (int i = 0; i < indices.length; i++) {
            var op = (ResizeNearestNeighbor) o.op();
            indices[i] = ResizeGrid.nearest(op, i, o.size(axis), indices.length);
        }
        return indices;
    }

    private static boolean agrees(NodeWriter o, int axis, long[] indices) {
        boolean corners = o.flag("align_corners") == 1;
        double shift = o.flag("half_pixel_centers") * 0.5;
        int in = o.size(axis);
        int out = indices.length;
        double margin = !corners && shift == 0 && out % in == 0 ? 0 : 1e-5 * in;
        for (int i = 0; i < out; i++) {
            double place =
                    corners ? i * (in - 1.0) / Math.max(1, out - 1) + 0.5 : (i + shift) * in / out;
            if (corners && shift > 0
                    || Math.max(0, Math.floor(place - margin)) != indices[i]
                    || Math.min(in - 1, Math.floor(place + margin)) != indices[i]) {
                return false;
            }
        }
        return true;
    }

    private static String normalization(NodeWriter o) {
        Shape x = o.shape(0);
        boolean image = x.rank() == 4;
        String in = o.in(0);
        if (!image) {
            in = o.of("Reshape", in, o.longs(-1, o.size(x.rank() - 1), 1, 1));
        }
        int size = 2 * Math.min(o.integer("radius"), MOST_NEIGHBOURS) + 1;
        String y =
                o.of(
                        "LRN size alpha beta bias",
                        in,
                        size,
                        o.attributes().real("alpha") * size,
                        o.attributes().real("beta"),
                        o.attributes().real("bias"));
        return image ? y : shaped(o, y);
    }
}

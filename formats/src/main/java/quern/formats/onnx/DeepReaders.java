package quern.formats.onnx;

import java.util.stream.IntStream;
import quern.formats.onnx.NnReaders.Window;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.math.Add;
import quern.op.nn.Conv2d;
import quern.op.nn.TransposeConv;
import quern.op.shape.Pad;
import quern.op.shape.Slice;
import quern.op.shape.Transpose;
import quern.tensor.Ints;
import quern.tensor.Shape;

/** Images with depth as images of two dimensions, and transposed convolutions. */
final class DeepReaders {
    private static final Ints NDHWC = Ints.of(0, 2, 3, 4, 1);
    private static final Ints NCDHW = Ints.of(0, 4, 1, 2, 3);

    private DeepReaders() {}

    /** The sum of convolutions of two dimensions, one for each tap of the depth. */
    static void conv(OnnxNode o) {
        Window w = Window.of(o, NnReaders.kernel(o, 1), 3);
        int[] f = o.shape(1).toArray();
        String x = deepPadded(o, o.input(0), w, 0f);
        Shape s = known(o, x);
        int depth = (s.dim(2) - (w.kernel()[0] - 1) * w.dilations()[0] - 1) / w.strides()[0] + 1;
        Window flat = tail(w);
        String sum = "";
        for (int k = 0; k < w.kernel()[0]; k++) {
            String part = NnReaders.at(o, x, 2, k * w.dilations()[0], w.strides()[0], depth);
            String image = o.add(new Transpose(NDHWC), part);
            String flatImage = o.reshape(image, s.dim(0) * depth, s.dim(3), s.dim(4), s.dim(1));
            String tap = NnReaders.at(o, o.input(1), 2, k, 1, 1);
            String filter = o.reshape(tap, f[0], f[1], f[3], f[4]);
            String bias = k == 0 ? o.inputOrAbsent(2) : "";
            String y =
                    NnReaders.convolution(o, flatImage, filter, bias, flat, o.integer("group", 1));
            sum = k == 0 ? y : o.add(new Add(Activation.NONE), sum, y);
        }
        Shape y = o.shape(sum);
        String deep = o.reshape(sum, s.dim(0), depth, y.dim(1), y.dim(2), y.dim(3));
        o.emit(new Transpose(NCDHW), deep);
    }

    private static Shape known(OnnxNode o, String x) {
        Shape s = o.shape(x);
        if (!s.isStatic()) {
            throw o.unsupported("images with depth must have known sizes");
        }
        return s;
    }

    private static String deepPadded(OnnxNode o, String x, Window w, float value) {
        if (w.same()) {
            throw o.unsupported("auto_pad SAME_UPPER of images with depth is not there");
        }
        if (w.before()[0] == 0 && w.after()[0] == 0) {
            return x;
        }
        Ints before = Ints.of(0, 0, w.before()[0], 0, 0);
        return o.add(new Pad(before, Ints.of(0, 0, w.after()[0], 0, 0), value), x);
    }

    /** The window over height and width. */
    private static Window tail(Window w) {
        return new Window(
                last(w.kernel()),
                last(w.strides()),
                last(w.dilations()),
                last(w.before()),
                last(w.after()),
                w.same());
    }

    private static int[] last(int[] three) {
        return new int[] {three[1], three[2]};
    }

    /** Pools height and width, then depth: both are means, or largest elements, of boxes. */
    static String pooled(OnnxNode o, String x, Window w, boolean max) {
        Shape s = known(o, x);
        String images = o.add(new Transpose(NDHWC), x);
        String flat = o.reshape(images, s.dim(0) * s.dim(2), s.dim(3), s.dim(4), s.dim(1));
        String y = o.add(PoolingReaders.pool(tail(w), max), flat);
        Shape p = o.shape(y);
        String columns = o.reshape(y, s.dim(0), s.dim(2), p.dim(1) * p.dim(2), s.dim(1));
        Window depth =
                new Window(
                        new int[] {w.kernel()[0], 1},
                        new int[] {w.strides()[0], 1},
                        new int[] {1, 1},
                        new int[] {w.before()[0], 0},
                        new int[] {w.after()[0], 0},
                        w.same());
        String z = o.add(PoolingReaders.pool(depth, max), columns);
        String deep = o.reshape(z, s.dim(0), o.shape(z).dim(1), p.dim(1), p.dim(2), s.dim(1));
        return o.add(new Transpose(NCDHW), deep);
    }

    static void convTranspose(OnnxNode o) {
        int rank = o.rank(0);
        if (rank != 3 && rank != 4) {
            throw o.unsupported("it enlarges images of 1 or 2 dimensions, not " + o.type(0));
        }
        int dims = rank - 2;
        int groups = o.integer("group", 1);
        int[] extra = o.ints("output_padding", new int[dims]);
        Window w = Window.of(o, NnReaders.kernel(o, 1), dims);
        Shape x = o.shape(0);
        int[] out = new int[dims];
        int[] before = w.before().clone();
        int[] after = w.after().clone();
        boolean upper = o.text("auto_pad", "NOTSET").equals("SAME_UPPER");
        boolean lower = o.text("auto_pad", "NOTSET").equals("SAME_LOWER");
        for (int i = 0; i < dims; i++) {
            if (x.isSymbolic(i + 2)) {
                throw o.unsupported("the sizes of its images must be known");
            }
            int whole =
                    w.strides()[i] * (x.dim(i + 2) - 1)
                            + extra[i]
                            + (w.kernel()[i] - 1) * w.dilations()[i]
                            + 1;
            if (o.hasAttribute("output_shape") || upper || lower) {
                int[] shape = o.ints("output_shape", new int[dims]);
                out[i] =
                        o.hasAttribute("output_shape")
                                ? shape[shape.length - dims + i]
                                : x.dim(i + 2) * w.strides()[i];
                int total = Math.max(0, whole - out[i]);
                before[i] = upper ? total / 2 : total - total / 2;
                after[i] = total - before[i];
            } else {
                out[i] = whole - before[i] - after[i];
            }
        }
        Window flat =
                new Window(w.kernel(), w.strides(), w.dilations(), before, after, false).flat();
        int[] size = dims == 2 ? out : new int[] {1, out[0]};
        String image = NnReaders.channelsLast(o, o.input(0));
        Shape f = o.shape(1);
        String filter =
                dims == 2 ? o.input(1) : o.reshape(o.input(1), f.dim(0), f.dim(1), 1, f.dim(2));
        boolean plain = groups == 1 && flat.dilations()[0] == 1 && flat.dilations()[1] == 1;
        String y =
                plain
                        ? plain(o, image, filter, flat, size)
                        : spread(o, image, filter, flat, size, groups);
        NnReaders.emitChannelsFirst(o, 0, y, rank);
    }

    private static String plain(OnnxNode o, String x, String filter, Window w, int[] size) {
        String weights = o.add(new Transpose(Ints.of(1, 2, 3, 0)), filter);
        Padding padding =
                new Padding.Explicit(w.before()[0], w.before()[1], w.after()[0], w.after()[1]);
        var op = new TransposeConv(Ints.of(size), Ints.of(w.strides()), padding, Activation.NONE);
        return o.has(2) ? o.add(op, x, weights, o.input(2)) : o.add(op, x, weights);
    }

    /** A convolution, with the filter turned, of the image with zeros between its pixels. */
    private static String spread(
            OnnxNode o, String x, String filter, Window w, int[] size, int groups) {
        Shape s = known(o, x);
        int channels = s.dim(3);
        int up = w.strides()[0];
        int across = w.strides()[1];
        String apart = o.reshape(x, s.dim(0), s.dim(1), 1, s.dim(2), 1, channels);
        Ints none = Ints.repeat(0, 6);
        Ints zeros = Ints.of(0, 0, up - 1, 0, across - 1, 0);
        String wide = o.add(new Pad(none, zeros, 0f), apart);
        int height = s.dim(1) * up;
        int width = s.dim(2) * across;
        String image = o.reshape(wide, s.dim(0), height, width, channels);
        int[] top = new int[2];
        int[] end = new int[2];
        for (int i = 0; i < 2; i++) {
            int reach = (w.kernel()[i] - 1) * w.dilations()[i];
            int pixels = i == 0 ? height : width;
            top[i] = reach - w.before()[i];
            end[i] = size[i] - 1 - (pixels - 1) + w.before()[i];
        }
        String cut = moved(o, image, top, end);
        int[] f = o.shape(filter).toArray();
        Ints back = Ints.of(0, 0, -1, -1);
        String turned = o.add(new Slice(back, Ints.of(1, 1, -1, -1), Ints.repeat(-1, 4)), filter);
        String split = o.reshape(turned, groups, f[0] / groups, f[1], f[2], f[3]);
        String order = o.add(new Transpose(Ints.of(0, 2, 3, 4, 1)), split);
        String weights = o.reshape(order, groups * f[1], f[2], f[3], f[0] / groups);
        var op =
                new Conv2d(
                        Ints.of(1, 1),
                        Ints.of(w.dilations()),
                        Padding.VALID,
                        groups,
                        Activation.NONE);
        return o.has(2) ? o.add(op, cut, weights, o.input(2)) : o.add(op, cut, weights);
    }

    /** Zeros around height and width, or parts cut off where the number is negative. */
    private static String moved(OnnxNode o, String x, int[] before, int[] after) {
        int[] front = IntStream.of(before).map(p -> Math.max(0, p)).toArray();
        int[] back = IntStream.of(after).map(p -> Math.max(0, p)).toArray();
        String padded =
                o.add(
                        new Pad(
                                Ints.of(0, front[0], front[1], 0),
                                Ints.of(0, back[0], back[1], 0),
                                0f),
                        x);
        Shape s = o.shape(padded);
        int[] starts = new int[4];
        int[] sizes = s.toArray();
        for (int i = 0; i < 2; i++) {
            starts[i + 1] = Math.max(0, -before[i]);
            sizes[i + 1] -= starts[i + 1] + Math.max(0, -after[i]);
        }
        return o.add(Slice.of(Ints.of(starts), Ints.of(sizes)), padded);
    }
}

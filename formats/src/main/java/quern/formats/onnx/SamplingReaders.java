package quern.formats.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import quern.op.Activation;
import quern.op.logic.GreaterEqual;
import quern.op.logic.LessEqual;
import quern.op.logic.LogicalAnd;
import quern.op.logic.Select;
import quern.op.math.Abs;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Floor;
import quern.op.math.FloorMod;
import quern.op.math.Maximum;
import quern.op.math.Mul;
import quern.op.math.Neg;
import quern.op.math.Round;
import quern.op.math.Sub;
import quern.op.quantize.Cast;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceMax;
import quern.op.shape.Gather;
import quern.op.shape.Slice;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Pixels at computed places of images. */
final class SamplingReaders {
    /** The factor of the cubic that interpolates. */
    private static final float CUBIC = -0.75f;

    private final OnnxNode o;
    private final String pixels;
    private final int height;
    private final int width;

    /** How places outside of an image are filled. */
    private enum Outside {
        ZEROS,
        BORDER,
        REFLECTION
    }

    /**
     * @param x an NCHW image of known height and width
     */
    private SamplingReaders(OnnxNode o, String x) {
        this.o = o;
        Shape s = o.shape(x);
        if (s.rank() != 4) {
            throw o.unsupported("it samples images of 2 dimensions, not " + o.type(x));
        }
        if (s.isSymbolic(1) || s.isSymbolic(2) || s.isSymbolic(3)) {
            throw o.unsupported("channels, height and width must be known");
        }
        this.height = s.dim(2);
        this.width = s.dim(3);
        String last = o.add(new Transpose(Ints.of(0, 2, 3, 1)), x);
        this.pixels = flat(o, last, s);
    }

    private static String flat(OnnxNode o, String last, Shape s) {
        int n = Math.multiplyExact(s.dim(2), s.dim(3));
        if (s.isSymbolic(0)) {
            throw o.unsupported("the number of images must be known");
        }
        return o.reshape(last, Math.multiplyExact(n, s.dim(0)), s.dim(1));
    }

    private String plus(String a, String b) {
        return o.add(new Add(Activation.NONE), a, b);
    }

    private String minus(String a, String b) {
        return o.add(new Sub(Activation.NONE), a, b);
    }

    private String times(String a, String b) {
        return o.add(new Mul(Activation.NONE), a, b);
    }

    private String number(double v) {
        return o.scalar((float) v);
    }

    private String limited(String x, double low, double high) {
        return MathReaders.limited(o, x, (float) low, (float) high);
    }

    static void gridSample(OnnxNode o) {
        SamplingReaders s = new SamplingReaders(o, o.input(0));
        Shape grid = o.shape(1);
        if (grid.rank() != 4 || !grid.isStatic()) {
            throw o.unsupported("the grid must have a known size");
        }
        boolean corners = o.flag("align_corners", false);
        Outside outside =
                switch (o.text("padding_mode", "zeros")) {
                    case "zeros" -> Outside.ZEROS;
                    case "border" -> Outside.BORDER;
                    case "reflection" -> Outside.REFLECTION;
                    default ->
                            throw o.error(
                                    "padding_mode " + o.text("padding_mode", "") + " is none");
                };
        String x = s.place(s.coordinate(0), s.width, corners);
        String y = s.place(s.coordinate(1), s.height, corners);
        Grid g = s.new Grid(outside, corners, grid);
        String out =
                switch (o.text("mode", "bilinear")) {
                    case "nearest" ->
                            g.pixel(
                                    o.add(new Round(), g.inside(x, s.width)),
                                    o.add(new Round(), g.inside(y, s.height)));
                    case "bilinear", "linear" ->
                            g.linear(g.inside(x, s.width), g.inside(y, s.height));
                    case "bicubic", "cubic" -> g.cubic(g.inside(x, s.width), g.inside(y, s.height));
                    default -> throw o.unsupported("mode " + o.text("mode", "") + " is not there");
                };
        o.emit(new Transpose(Ints.of(0, 3, 1, 2)), out);
    }

    /** Coordinate {@code i} of each place of the grid, [N,H,W]. */
    private String coordinate(int i) {
        Shape g = o.shape(1);
        String part =
                o.add(
                        new Slice(Ints.of(0, 0, 0, i), Ints.of(1, 1, 1, 1), Ints.of(-1, -1, -1, 1)),
                        o.input(1));
        return o.reshape(part, g.dim(0), g.dim(1), g.dim(2));
    }

    /** From -1 to 1 to pixels. */
    private String place(String v, int size, boolean corners) {
        String one = plus(v, number(1));
        return corners
                ? times(times(one, number(0.5)), number(size - 1))
                : times(minus(times(one, number(size)), number(1)), number(0.5));
    }

    /** Pixels at places of a grid, and what is interpolated between them. */
    private final class Grid {
        private final Outside outside;
        private final boolean corners;
        private final String image;

        Grid(Outside outside, boolean corners, Shape grid) {
            this.outside = outside;
            this.corners = corners;
            Tensor first = Tensor.zeros(TensorType.f32(grid.dim(0), 1, 1));
            for (int n = 0; n < grid.dim(0); n++) {
                first.setReal(n, n);
            }
            this.image = o.constant(first);
        }

        /** A place moved into the image, unless that is filled with zeros. */
        String inside(String v, int size) {
            return switch (outside) {
                case ZEROS -> v;
                case BORDER -> limited(v, 0, size - 1);
                case REFLECTION -> reflected(v, size);
            };
        }

        private String reflected(String v, int size) {
            double low = corners ? 0 : -0.5;
            double span = corners ? size - 1 : size;
            if (span == 0) {
                return times(v, number(0));
            }
            String from = o.add(new Abs(), minus(v, number(low)));
            String turns = o.add(new Floor(), o.add(new Div(Activation.NONE), from, number(span)));
            String rest = minus(from, times(turns, number(span)));
            String odd = o.add(new FloorMod(), turns, number(2));
            String back = minus(number(span), rest);
            String way = plus(rest, times(odd, minus(back, rest)));
            return plus(way, number(low));
        }

        /** Pixels at whole places, [N,H,W,C]. */
        String pixel(String x, String y) {
            String px = limited(inside(x, width), 0, width - 1);
            String py = limited(inside(y, height), 0, height - 1);
            String line = plus(times(image, number(height)), py);
            String row = o.add(new Cast(DType.S32), line);
            String column = o.add(new Cast(DType.S32), px);
            String wide = o.constant(Tensor.of(Shape.of(), width));
            String index = plus(times(row, wide), column);
            String found = o.add(new Gather(0, 0), pixels, index);
            return outside == Outside.ZEROS
                    ? o.add(new Select(), fourth(within(x, y)), found, number(0))
                    : found;
        }

        private String within(String x, String y) {
            return o.add(new LogicalAnd(), within(x, width), within(y, height));
        }

        private String within(String v, int size) {
            return o.add(
                    new LogicalAnd(),
                    o.add(new GreaterEqual(), v, number(0)),
                    o.add(new LessEqual(), v, number(size - 1)));
        }

        private String fourth(String v) {
            Shape s = o.shape(v);
            return o.reshape(v, s.dim(0), s.dim(1), s.dim(2), 1);
        }

        String linear(String x, String y) {
            String left = o.add(new Floor(), x);
            String top = o.add(new Floor(), y);
            String right = plus(left, number(1));
            String bottom = plus(top, number(1));
            String dx = fourth(minus(x, left));
            String dy = fourth(minus(y, top));
            String a = mixed(pixel(left, top), pixel(right, top), dx);
            String b = mixed(pixel(left, bottom), pixel(right, bottom), dx);
            return mixed(a, b, dy);
        }

        private String mixed(String a, String b, String share) {
            return plus(times(a, minus(number(1), share)), times(b, share));
        }

        String cubic(String x, String y) {
            String left = o.add(new Floor(), x);
            String top = o.add(new Floor(), y);
            List<String> across = weights(minus(x, left));
            List<String> down = weights(minus(y, top));
            String sum = "";
            for (int j = 0; j < 4; j++) {
                String row = "";
                for (int i = 0; i < 4; i++) {
                    String p = pixel(plus(left, number(i - 1)), plus(top, number(j - 1)));
                    String part = times(p, across.get(i));
                    row = row.isEmpty() ? part : plus(row, part);
                }
                String part = times(row, down.get(j));
                sum = sum.isEmpty() ? part : plus(sum, part);
            }
            return sum;
        }

        /** The weights of four neighbours, from the distance to the second. */
        private List<String> weights(String t) {
            List<String> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String d =
                        i < 2 ? plus(t, number(1 - i)) : plus(o.add(new Neg(), t), number(i - 1));
                boolean near = i == 1 || i == 2;
                double[] c =
                        near
                                ? new double[] {CUBIC + 2, -(CUBIC + 3), 0, 1}
                                : new double[] {CUBIC, -5 * CUBIC, 8 * CUBIC, -4 * CUBIC};
                String p = plus(times(d, number(c[0])), number(c[1]));
                p = plus(times(p, d), number(c[2]));
                all.add(fourth(plus(times(p, d), number(c[3]))));
            }
            return all;
        }
    }

    static void roiAlign(OnnxNode o) {
        SamplingReaders s = new SamplingReaders(o, o.input(0));
        Shape rois = o.shape(1);
        int samples = o.integer("sampling_ratio", 0);
        if (samples < 1 || rois.isSymbolic(0)) {
            throw o.unsupported("sampling_ratio and the number of regions must be known");
        }
        boolean half =
                o.opset() >= 16
                        && o.text("coordinate_transformation_mode", "half_pixel")
                                .equals("half_pixel");
        int rows = o.integer("output_height", 1);
        int columns = o.integer("output_width", 1);
        float scale = o.real("spatial_scale", 1f);
        int count = rois.dim(0);
        String[] edges = new String[4];
        for (int i = 0; i < 4; i++) {
            String edge = o.add(Slice.of(Ints.of(0, i), Ints.of(count, 1)), o.input(1));
            edges[i] = s.minus(s.times(edge, s.number(scale)), s.number(half ? 0.5 : 0));
        }
        String y = s.line(edges[1], edges[3], rows, samples, half);
        String x = s.line(edges[0], edges[2], columns, samples, half);
        String image = o.reshape(o.add(new Cast(DType.S32), o.input(2)), count, 1, 1);
        Region r = s.new Region(image, count, rows * samples, columns * samples);
        boolean largest = o.text("mode", "avg").equals("max");
        String sampled = r.run(x, y, largest);
        int channels = o.shape(0).dim(1);
        String parts = o.reshape(sampled, count, rows, samples, columns, samples, channels);
        String pooled =
                largest
                        ? o.add(new ReduceMax(Ints.of(2, 4), false), parts)
                        : o.add(new Mean(Ints.of(2, 4), false), parts);
        o.emit(new Transpose(Ints.of(0, 3, 1, 2)), pooled);
    }

    /** The samples of each region along an axis, [regions, bins * samples]. */
    private String line(String from, String to, int bins, int samples, boolean half) {
        String length = minus(to, from);
        if (!half) {
            length = o.add(new Maximum(), length, number(1));
        }
        Tensor at = Tensor.zeros(TensorType.f32(1, bins * samples));
        for (int i = 0; i < at.elements(); i++) {
            at.setReal(i, i / samples + (i % samples + 0.5f) / samples);
        }
        String bin = times(length, number(1.0 / bins));
        return plus(from, times(bin, o.constant(at)));
    }

    /** Pixels of regions, interpolated as RoiAlign does. */
    private final class Region {
        private final String image;
        private final int count;
        private final int rows;
        private final int columns;

        Region(String image, int count, int rows, int columns) {
            this.image = image;
            this.count = count;
            this.rows = rows;
            this.columns = columns;
        }

        /** An axis: the two neighbours of each sample, their weights, and which samples count. */
        private final class Axis {
            final String[] at = new String[2];
            final String[] weight = new String[2];

            Axis(String v, int size, int... dims) {
                String counts =
                        o.add(
                                new LogicalAnd(),
                                o.add(new GreaterEqual(), v, number(-1)),
                                o.add(new LessEqual(), v, number(size)));
                String real = limited(v, 0, size - 1);
                String low = o.add(new Floor(), real);
                String high = limited(plus(low, number(1)), 0, size - 1);
                String share = minus(real, low);
                String zero = number(0);
                String one = o.add(new Select(), counts, minus(number(1), share), zero);
                String other = o.add(new Select(), counts, share, zero);
                at[0] = o.reshape(o.add(new Cast(DType.S32), low), dims);
                at[1] = o.reshape(o.add(new Cast(DType.S32), high), dims);
                weight[0] = o.reshape(one, with(dims));
                weight[1] = o.reshape(other, with(dims));
            }

            private int[] with(int... dims) {
                int[] all = Arrays.copyOf(dims, dims.length + 1);
                all[dims.length] = 1;
                return all;
            }
        }

        String run(String x, String y, boolean largest) {
            Axis down = new Axis(y, height, count, rows, 1);
            Axis across = new Axis(x, width, count, 1, columns);
            String sum = "";
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 2; j++) {
                    String tall = o.constant(Tensor.of(Shape.of(), height));
                    String wide = o.constant(Tensor.of(Shape.of(), width));
                    String row = plus(times(image, tall), down.at[i]);
                    String index = plus(times(row, wide), across.at[j]);
                    String found = o.add(new Gather(0, 0), pixels, index);
                    String part = times(found, times(down.weight[i], across.weight[j]));
                    sum =
                            sum.isEmpty()
                                    ? part
                                    : largest ? o.add(new Maximum(), sum, part) : plus(sum, part);
                }
            }
            return sum;
        }
    }
}

package quern.runtime.kernel;

import quern.fixedpoint.RoundingMode;
import quern.op.TypeRules;
import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;
import quern.reference.ResizeGrid;
import quern.runtime.arena.Arena;
import quern.tensor.DType;
import quern.tensor.Shape;

/** Resized NHWC images, one output row a piece; subclasses compute a row of pixels. */
abstract class ResizeKernel implements Kernel {
    private final String name;
    private final int inRows;
    private final int outRows;
    private final int images;
    final Operand x;
    final Operand y;
    final int inRow;
    final int outColumns;
    final int channels;

    ResizeKernel(String name, Preparation p) {
        this.name = name + p.type(0).dtype();
        Shape in = p.type(0).shape();
        Shape out = p.output().type().shape();
        this.x = p.input(0);
        this.y = p.output();
        this.images = in.dim(0);
        this.inRows = in.dim(1);
        this.outRows = out.dim(1);
        this.outColumns = out.dim(2);
        this.channels = in.dim(3);
        this.inRow = in.dim(2) * channels;
    }

    static Kernel nearest(ResizeNearestNeighbor op, Preparation p) {
        return new Nearest(op, p);
    }

    static Kernel bilinear(ResizeBilinear op, Preparation p) {
        if (TypeRules.isReal(p.type(0))) {
            return new BilinearF32(op, p);
        }
        if (TypeRules.isWide(p.type(0))) {
            return p.reference("its codes have 16 bits");
        }
        boolean fixedPoint = p.node().rounding().isFixedPoint();
        return fixedPoint && p.type(0).dtype() == DType.S8
                ? new BilinearS8(op, p)
                : new BilinearCodesF32(op, p, !fixedPoint);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int pieces() {
        return images * outRows;
    }

    @Override
    public final long work() {
        return 4L * y.elements();
    }

    @Override
    public final void run(Arena arena, int part, int parts) {
        int last = Split.start(pieces(), part + 1, parts);
        for (int piece = Split.start(pieces(), part, parts); piece < last; piece++) {
            int image = x.offset(arena) + piece / outRows * inRows * inRow;
            row(arena, image, piece % outRows, y.offset(arena) + piece * outColumns * channels);
        }
    }

    /** Computes row {@code oh} of an image, from output element {@code to} on. */
    abstract void row(Arena arena, int image, int oh, int to);

    /** Copies the nearest pixel. */
    private static final class Nearest extends ResizeKernel {
        private final int[] rows;
        private final int[] columns;

        Nearest(ResizeNearestNeighbor op, Preparation p) {
            super("resizeNearest", p);
            Shape in = p.type(0).shape();
            this.rows = new int[op.size().at(0)];
            this.columns = new int[op.size().at(1)];
            for (int v = 0; v < rows.length; v++) {
                rows[v] = ResizeGrid.nearest(op, v, in.dim(1), rows.length) * inRow;
            }
            for (int v = 0; v < columns.length; v++) {
                columns[v] = ResizeGrid.nearest(op, v, in.dim(2), columns.length) * channels;
            }
        }

        @Override
        void row(Arena arena, int image, int oh, int to) {
            Object in = x.array(arena);
            Object out = y.array(arena);
            for (int ow = 0; ow < outColumns; ow++) {
                int from = image + rows[oh] + columns[ow];
                System.arraycopy(in, from, out, to + ow * channels, channels);
            }
        }
    }

    /** The neighbours of each output along an axis, and the weight of the second one. */
    private record Reals(int[] low, int[] high, float[] weight) {
        static Reals of(ResizeBilinear op, int in, int out, int step) {
            Reals axis = new Reals(new int[out], new int[out], new float[out]);
            for (int v = 0; v < out; v++) {
                float p = ResizeGrid.position(op, v, in, out);
                int low = ResizeGrid.low(p, in);
                axis.low[v] = low * step;
                axis.high[v] = ResizeGrid.high(p, in) * step;
                axis.weight[v] = p - low;
            }
            return axis;
        }
    }

    /** Interpolates float32 numbers. */
    private static final class BilinearF32 extends ResizeKernel {
        private final Reals rows;
        private final Reals columns;

        BilinearF32(ResizeBilinear op, Preparation p) {
            super("resizeBilinear", p);
            Shape in = p.type(0).shape();
            this.rows = Reals.of(op, in.dim(1), op.size().at(0), inRow);
            this.columns = Reals.of(op, in.dim(2), op.size().at(1), channels);
        }

        @Override
        void row(Arena arena, int image, int oh, int to) {
            float[] in = x.floats(arena);
            float[] out = y.floats(arena);
            int top = image + rows.low[oh];
            int bottom = image + rows.high[oh];
            float dy = rows.weight[oh];
            for (int ow = 0; ow < outColumns; ow++) {
                int left = columns.low[ow];
                int right = columns.high[ow];
                float dx = columns.weight[ow];
                pixel(in, top + left, bottom + left, top + right, bottom + right, dy, dx, out, to);
                to += channels;
            }
        }

        private void pixel(
                float[] in, int a, int b, int c, int d, float dy, float dx, float[] out, int to) {
            float uy = 1 - dy;
            float ux = 1 - dx;
            for (int i = 0; i < channels; i++) {
                out[to + i] =
                        in[a + i] * uy * ux
                                + in[b + i] * dy * ux
                                + in[c + i] * uy * dx
                                + in[d + i] * dy * dx;
            }
        }
    }

    /** Interpolates 8-bit codes as float32 numbers. */
    private static final class BilinearCodesF32 extends ResizeKernel {
        private final Reals rows;
        private final Reals columns;
        private final int mask;
        private final boolean even;

        /**
         * @param even whether the result is rounded half to even, else half up
         */
        BilinearCodesF32(ResizeBilinear op, Preparation p, boolean even) {
            super("resizeBilinear", p);
            Shape in = p.type(0).shape();
            this.rows = Reals.of(op, in.dim(1), op.size().at(0), inRow);
            this.columns = Reals.of(op, in.dim(2), op.size().at(1), channels);
            this.mask = Codes.of(p.type(0)).mask();
            this.even = even;
        }

        @Override
        void row(Arena arena, int image, int oh, int to) {
            byte[] in = x.bytes(arena);
            byte[] out = y.bytes(arena);
            int top = image + rows.low[oh];
            int bottom = image + rows.high[oh];
            float dy = rows.weight[oh];
            for (int ow = 0; ow < outColumns; ow++) {
                int left = columns.low[ow];
                int right = columns.high[ow];
                float dx = columns.weight[ow];
                pixel(in, top + left, bottom + left, top + right, bottom + right, dy, dx, out, to);
                to += channels;
            }
        }

        private void pixel(
                byte[] in, int a, int b, int c, int d, float dy, float dx, byte[] out, int to) {
            float uy = 1 - dy;
            float ux = 1 - dx;
            for (int i = 0; i < channels; i++) {
                float v =
                        (in[a + i] & mask) * uy * ux
                                + (in[b + i] & mask) * dy * ux
                                + (in[c + i] & mask) * uy * dx
                                + (in[d + i] & mask) * dy * dx;
                out[to + i] = (byte) (even ? (int) Math.rint(v) : (int) (v + 0.5f));
            }
        }
    }

    /** Interpolates S8 codes in integers. */
    private static final class BilinearS8 extends ResizeKernel {
        private static final long ONE = ResizeGrid.ONE;
        private static final long UNIT = ONE * ONE;

        private final int[][] rows;
        private final int[][] columns;
        private final boolean single;

        BilinearS8(ResizeBilinear op, Preparation p) {
            super("resizeBilinear", p);
            Shape in = p.type(0).shape();
            this.rows = steps(op, in.dim(1), op.size().at(0));
            this.columns = steps(op, in.dim(2), op.size().at(1));
            this.single = p.node().rounding() == RoundingMode.SINGLE;
        }

        /** For each output its two neighbours and the weight of the second one. */
        private static int[][] steps(ResizeBilinear op, int in, int out) {
            int[][] axis = new int[3][out];
            for (int v = 0; v < out; v++) {
                long p = ResizeGrid.steps(op, v, in, out);
                axis[0][v] = ResizeGrid.low(p, in);
                axis[1][v] = ResizeGrid.high(p, in);
                axis[2][v] = Math.toIntExact(p - ONE * axis[0][v]);
            }
            return axis;
        }

        @Override
        void row(Arena arena, int image, int oh, int to) {
            byte[] in = x.bytes(arena);
            byte[] out = y.bytes(arena);
            int top = image + rows[0][oh] * inRow;
            int bottom = image + rows[1][oh] * inRow;
            long fy = rows[2][oh];
            for (int ow = 0; ow < outColumns; ow++) {
                int left = columns[0][ow] * channels;
                int right = columns[1][ow] * channels;
                long fx = columns[2][ow];
                pixel(in, top + left, bottom + left, top + right, bottom + right, fy, fx, out, to);
                to += channels;
            }
        }

        private void pixel(
                byte[] in, int a, int b, int c, int d, long fy, long fx, byte[] out, int to) {
            long first = (ONE - fy) * (ONE - fx);
            long second = fy * (ONE - fx);
            long third = (ONE - fy) * fx;
            long fourth = fy * fx;
            for (int i = 0; i < channels; i++) {
                long sum =
                        in[a + i] * first
                                + in[b + i] * second
                                + in[c + i] * third
                                + in[d + i] * fourth;
                long up = single || sum > 0 ? UNIT / 2 : -UNIT / 2;
                out[to + i] = (byte) (single ? (sum + up) >> 20 : (sum + up) / UNIT);
            }
        }
    }
}

package quern.runtime.kernel;

import java.util.Optional;
import java.util.stream.IntStream;
import quern.op.Activation;
import quern.op.TypeRules;
import quern.op.nn.BatchMatmul;
import quern.reference.NodeRescale;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Products;
import quern.tensor.DType.Storage;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Products of matrices in tiles: some neighbouring results of a row, or of a column, are the lanes
 * of the inner loops. What a lane reads from its operand is copied to rows, some inner indices at a
 * time; the other operand is read where it is.
 */
final class MatmulKernel implements Kernel {
    private static final int TAPS = TileKernel.TAPS;
    private static final int CHANNELS = TileKernel.CHANNELS;

    /**
     * The operand that lanes read and what is multiplied with it.
     *
     * @param lanes number of lanes
     * @param laneStep from one lane to the next in the operand
     * @param depthStep from one inner index to the next in the operand
     * @param channels rows of the other operand, each of {@code depth} neighbouring elements
     * @param depth inner size
     * @param laneOut from one lane to the next in the output
     * @param channelOut from one row of the other operand to the next in the output
     */
    private record Side(
            int lanes,
            int laneStep,
            int depthStep,
            int channels,
            int depth,
            int laneOut,
            int channelOut) {}

    private final String name;
    private final Side side;
    private final Operand x;
    private final Operand y;
    private final TileKernel.Lanes lanes;
    private final int[] ofLanes;
    private final int[] ofChannels;
    private final int width;
    private final int tiles;
    private final int blocks;

    private MatmulKernel(
            String name,
            Preparation p,
            Side side,
            Operand x,
            TileKernel.Lanes lanes,
            int[] ofLanes,
            int[] ofChannels) {
        this.name = name;
        this.side = side;
        this.x = x;
        this.y = p.output();
        this.lanes = lanes;
        this.ofLanes = ofLanes;
        this.ofChannels = ofChannels;
        this.width = width(side);
        this.tiles = (side.lanes() + TileShape.LANES - 1) / TileShape.LANES;
        this.blocks = (side.channels() + CHANNELS - 1) / CHANNELS;
    }

    /** Lanes of a tile; tiles are of nearly the same size. */
    private static int width(Side side) {
        int tiles = Math.max(1, (side.lanes() + TileShape.LANES - 1) / TileShape.LANES);
        return (side.lanes() + tiles - 1) / tiles;
    }

    static Kernel of(BatchMatmul op, Preparation p) {
        if (TypeRules.isWide(p.type(0))) {
            return p.reference("its operands have 16 bits");
        }
        Shape as = p.type(0).shape();
        Shape bs = p.type(1).shape();
        Shape ys = p.output().type().shape();
        int m = ys.dim(ys.rank() - 2);
        int n = ys.dim(ys.rank() - 1);
        int depth = as.dim(as.rank() - (op.transposeA() ? 2 : 1));
        Optional<Products> products = p.micro().products();
        if (p.isReal() && products.isPresent() && m >= ConvKernels.FEWEST_PIXELS) {
            return new WindowMatmul(
                    "matmulWindowF32",
                    p,
                    products.get(),
                    op,
                    depth,
                    matrices(as, ys),
                    matrices(bs, ys));
        }
        boolean rows = !op.transposeA() || m == 1;
        boolean columns = op.transposeB() || n == 1;
        if (!rows && !columns) {
            return p.reference("its first operand is transposed and its second is not");
        }
        boolean overN = rows && (n >= m || !columns);
        Side side =
                overN
                        ? new Side(
                                n,
                                op.transposeB() ? depth : 1,
                                op.transposeB() ? 1 : n,
                                m,
                                depth,
                                1,
                                n)
                        : new Side(
                                m,
                                op.transposeA() ? 1 : depth,
                                op.transposeA() ? m : 1,
                                n,
                                depth,
                                n,
                                1);
        int[] ofA = matrices(as, ys);
        int[] ofB = matrices(bs, ys);
        Operand x = p.input(overN ? 1 : 0);
        Operand w = p.input(overN ? 0 : 1);
        int[] sizes = new int[TileKernel.FIRST_RESULT + Math.min(CHANNELS, side.channels())];
        for (int i = TileKernel.FIRST_TAP; i < sizes.length; i++) {
            boolean unused = i < TileKernel.FIRST_RESULT && i > depth;
            sizes[i] = unused ? 0 : width(side);
        }
        return new MatmulKernel(
                "matmul" + p.type(0).dtype() + p.type(1).dtype() + p.output().type().dtype(),
                p,
                side,
                x,
                lanes(p, x, w, depth, width(side), sizes),
                overN ? ofB : ofA,
                overN ? ofA : ofB);
    }

    private static TileKernel.Lanes lanes(
            Preparation p, Operand x, Operand w, int depth, int width, int[] sizes) {
        Operand none = Operand.constant(Tensor.of(Shape.of(0), new float[0]));
        if (TypeRules.isReal(p.type(0))) {
            p.workspace().accumulators(Storage.FLOAT, sizes);
            return new TileF32(p, x, w, depth, none, Activation.NONE);
        }
        var requantizer =
                NodeRescale.matmul(p.node(), p.type(0), p.type(1), p.output().type(), depth);
        p.workspace().accumulators(Storage.INT, sizes);
        var output = new Requantization(p.micro(), requantizer, 1, 1);
        return new TileS8(p, x, w, depth, none, output, width, true);
    }

    /** For each matrix of the output, which matrix of an operand it is made from. */
    private static int[] matrices(Shape operand, Shape y) {
        Shape from = Shape.of(operand.words().subList(0, operand.rank() - 2));
        Shape to = Shape.of(y.words().subList(0, y.rank() - 2));
        return IntStream.range(0, to.elements()).map(i -> broadcast(from, to, i)).toArray();
    }

    private static int broadcast(Shape from, Shape to, int index) {
        int at = 0;
        int step = 1;
        int rest = index;
        for (int back = 1; back <= to.rank(); back++) {
            int coordinate = rest % to.dim(to.rank() - back);
            rest /= to.dim(to.rank() - back);
            if (back <= from.rank()) {
                int dim = from.dim(from.rank() - back);
                at += dim == 1 ? 0 : coordinate * step;
                step *= dim;
            }
        }
        return at;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int pieces() {
        return ofLanes.length * tiles * blocks;
    }

    @Override
    public long work() {
        return (long) y.elements() * side.depth();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int last = Split.start(pieces(), part + 1, parts);
        for (int piece = Split.start(pieces(), part, parts); piece < last; piece++) {
            int block = piece % blocks * CHANNELS;
            int lane = piece / blocks % tiles * width;
            tile(arena, part, piece / blocks / tiles, lane, block);
        }
    }

    /** The tile of a matrix that begins with these rows of the two operands. */
    private void tile(Arena arena, int part, int matrix, int lane, int channel) {
        int n = Math.min(width, side.lanes() - lane);
        int count = Math.min(CHANNELS, side.channels() - channel);
        int depth = side.depth();
        int from = x.offset(arena) + ofLanes[matrix] * side.lanes() * depth;
        from += lane * side.laneStep();
        int first = ofChannels[matrix] * side.channels() + channel;
        for (int i = 0; i < count; i++) {
            lanes.begin(arena, part, TileKernel.FIRST_RESULT + i, first + i, n);
        }
        for (int k = 0; k < depth; k += TAPS) {
            int taps = Math.min(TAPS, depth - k);
            for (int t = 0; t < taps; t++) {
                int at = from + (k + t) * side.depthStep();
                lanes.load(arena, part, at, side.laneStep(), TileKernel.FIRST_TAP + t, 0, n);
            }
            for (int i = 0; i < count; i++) {
                int row = TileKernel.FIRST_RESULT + i;
                lanes.multiply(arena, part, row, first + i, k, taps, TileKernel.FIRST_TAP, n);
            }
        }
        int to = y.offset(arena) + matrix * side.lanes() * side.channels();
        to += lane * side.laneOut() + channel * side.channelOut();
        for (int i = 0; i < count; i++) {
            int row = TileKernel.FIRST_RESULT + i;
            lanes.end(arena, part, row, first + i, n);
            lanes.store(arena, part, row, 0, to + i * side.channelOut(), side.laneOut(), n);
        }
    }
}

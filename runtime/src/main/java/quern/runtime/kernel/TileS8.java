package quern.runtime.kernel;

import java.util.Arrays;
import java.util.Optional;
import quern.fixedpoint.AccumulatorBound;
import quern.graph.Node;
import quern.reference.AccumulatorProof;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType.Storage;
import quern.tensor.TensorType;

/** Lanes of 8-bit codes in int32; taps in the padding read real zero. */
final class TileS8 implements TileKernel.Lanes {
    private final Microkernels micro;
    private final Node node;
    private final Operand x;
    private final Codes codes;
    private final Operand weights;
    private final int mask;
    private final int[] zeros;
    private final int taps;
    private final Operand bias;
    private final Requantization output;
    private final Operand y;
    private final int pitch;
    private final Scratch results;
    private final boolean proved;
    private final long packed;
    private final int largest;

    /**
     * @param weights S8 or U8
     * @param taps weights of an output channel
     * @param bias one an output channel, or empty
     * @param lanes the most lanes of a tile
     * @param proved whether int32 is known to hold the accumulators; else each run proves it
     */
    TileS8(
            Preparation p,
            Operand x,
            Operand weights,
            int taps,
            Operand bias,
            Requantization output,
            int lanes,
            boolean proved) {
        this.micro = p.micro();
        this.node = p.node();
        this.x = x;
        this.codes = Codes.of(x.type());
        this.weights = weights;
        this.mask = weights.type().dtype().isSigned() ? -1 : 0xFF;
        this.zeros = new int[weights.type().channels()];
        Arrays.setAll(zeros, weights.type()::zeroPoint);
        this.taps = taps;
        this.bias = bias;
        this.output = output;
        this.y = p.output();
        this.pitch = lanes;
        this.results = p.workspace().scratch(Storage.BYTE, TileKernel.ABREAST * lanes);
        this.proved = proved;
        boolean shared = weights == p.input(0) || weights == p.input(1);
        this.packed = shared ? 0 : weights.elements();
        TensorType in = x.type();
        this.largest =
                AccumulatorBound.inputMaxAbs(
                        (int) in.dtype().min(8), (int) in.dtype().max(8), codes.zero());
    }

    @Override
    public long packedBytes() {
        return packed;
    }

    @Override
    public void zeros(Arena arena, int part, int row, int at, int n) {
        Arrays.fill(arena.intRows(part)[row], at, at + n, 0);
    }

    @Override
    public void load(Arena arena, int part, int from, int step, int row, int at, int n) {
        byte[] in = x.bytes(arena);
        int[] to = arena.intRows(part)[row];
        int and = codes.mask();
        int zero = codes.zero();
        for (int i = 0; i < n; i++) {
            to[at + i] = (in[from + i * step] & and) - zero;
        }
    }

    @Override
    public void loadAbreast(Arena arena, int part, int from, int step, int row, int at, int n) {
        int[][] rows = arena.intRows(part);
        loadAbreast(
                x.bytes(arena),
                from,
                step,
                rows[row],
                rows[row + 1],
                rows[row + 2],
                rows[row + 3],
                at,
                n,
                codes.mask(),
                codes.zero());
    }

    private static void loadAbreast(
            byte[] in,
            int from,
            int step,
            int[] a,
            int[] b,
            int[] c,
            int[] d,
            int at,
            int n,
            int mask,
            int zero) {
        for (int i = 0; i < n; i++) {
            int pixel = from + i * step;
            a[at + i] = (in[pixel] & mask) - zero;
            b[at + i] = (in[pixel + 1] & mask) - zero;
            c[at + i] = (in[pixel + 2] & mask) - zero;
            d[at + i] = (in[pixel + 3] & mask) - zero;
        }
    }

    @Override
    public void pick(Arena arena, int part, int from, int step, int row, int at, int n) {
        int[] lines = arena.intRows(part)[TileKernel.LINES];
        int[] to = arena.intRows(part)[row];
        if (step == 1) {
            System.arraycopy(lines, from, to, at, n);
        } else {
            for (int i = 0; i < n; i++) {
                to[at + i] = lines[from + i * step];
            }
        }
    }

    @Override
    public void begin(Arena arena, int part, int row, int o, int lanes) {
        int start = bias.elements() == 0 ? 0 : bias.ints(arena)[bias.offset(arena) + o];
        if (!proved) {
            prove(arena, o, start);
        }
        Arrays.fill(arena.intRows(part)[row], 0, lanes, start);
    }

    private int zero(int o) {
        return zeros[zeros.length == 1 ? 0 : o];
    }

    /** What the reference kernel proves before it computes: int32 holds the accumulator. */
    private void prove(Arena arena, int o, int start) {
        byte[] w = weights.bytes(arena);
        int first = weights.offset(arena) + o * taps;
        long sum = 0;
        for (int k = 0; k < taps; k++) {
            sum += Math.abs((w[first + k] & mask) - zero(o));
        }
        if (!AccumulatorBound.fitsInt32(AccumulatorBound.of(largest, sum, start))) {
            AccumulatorProof.require(
                    node,
                    x.type(),
                    weights.view(arena),
                    bias.elements() == 0 ? Optional.empty() : Optional.of(bias.view(arena)));
        }
    }

    @Override
    public void multiply(
            Arena arena, int part, int row, int o, int k, int count, int tap, int lanes) {
        int[][] rows = arena.intRows(part);
        micro.gemvS8S32(
                weights.bytes(arena),
                weights.offset(arena) + o * taps + k,
                count,
                mask,
                zero(o),
                rows,
                tap,
                rows[row],
                lanes);
    }

    @Override
    public void end(Arena arena, int part, int row, int o, int lanes) {
        if (!output.isSums()) {
            output.channel(
                    arena.intRows(part)[row], lanes, o, arena.bytes(), result(arena, part, row));
        }
    }

    /** Where the codes of a result row stand: rows that are stored together have places apart. */
    private int result(Arena arena, int part, int row) {
        int place = (row - TileKernel.FIRST_RESULT) % TileKernel.ABREAST;
        return results.offset(arena, part) + place * pitch;
    }

    @Override
    public void store(Arena arena, int part, int row, int lane, int to, int step, int n) {
        if (output.isSums()) {
            int[] sums = arena.intRows(part)[row];
            int[] all = y.ints(arena);
            for (int i = 0; i < n; i++) {
                all[to + i * step] = sums[lane + i];
            }
            return;
        }
        byte[] out = y.bytes(arena);
        byte[] from = arena.bytes();
        int at = result(arena, part, row) + lane;
        for (int i = 0; i < n; i++) {
            out[to + i * step] = from[at + i];
        }
    }

    @Override
    public void storeAbreast(Arena arena, int part, int row, int lane, int to, int step, int n) {
        if (output.isSums()) {
            for (int i = 0; i < TileKernel.ABREAST; i++) {
                store(arena, part, row + i, lane, to + i, step, n);
            }
            return;
        }
        int at = result(arena, part, row) + lane;
        storeAbreast(arena.bytes(), at, pitch, y.bytes(arena), to, step, n);
    }

    private static void storeAbreast(
            byte[] from, int at, int pitch, byte[] out, int to, int step, int n) {
        for (int i = 0; i < n; i++) {
            int pixel = to + i * step;
            int lane = at + i;
            out[pixel] = from[lane];
            out[pixel + 1] = from[lane + pitch];
            out[pixel + 2] = from[lane + 2 * pitch];
            out[pixel + 3] = from[lane + 3 * pitch];
        }
    }
}

package quern.runtime.kernel;

import java.util.Arrays;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/** Depthwise convolution of 8-bit codes in int32; taps in the padding read real zero. */
final class DepthwiseS8 implements DepthwiseKernel.Lanes {
    private final Microkernels micro;
    private final int[][] weights;
    private final Operand x;
    private final Codes codes;
    private final int[] bias;
    private final Requantization output;
    private final Operand y;
    private final int multiplier;

    /**
     * @param weights for each tap an array with the weights of all channels, as often as a tile has
     *     pixels
     * @param bias one a channel
     */
    DepthwiseS8(Preparation p, int[][] weights, int[] bias, Requantization output) {
        this.micro = p.micro();
        this.weights = weights;
        this.x = p.input(0);
        this.codes = Codes.of(x.type());
        this.bias = bias;
        this.output = output;
        this.y = p.output();
        this.multiplier = y.type().shape().dim(3) / x.type().shape().dim(3);
    }

    @Override
    public long weightBytes() {
        long sum = 0;
        for (int[] row : weights) {
            sum += (long) row.length * Integer.BYTES;
        }
        return sum;
    }

    @Override
    public Object[] rows(Arena arena, int part) {
        return arena.intRows(part);
    }

    @Override
    public void begin(Arena arena, int part, int pixels) {
        int[] acc = arena.intRows(part)[DepthwiseKernel.ACC];
        for (int i = 0; i < pixels; i++) {
            System.arraycopy(bias, 0, acc, i * bias.length, bias.length);
        }
    }

    @Override
    public void line(Arena arena, int part, int from, int start, int count, int length) {
        int[] line = arena.intRows(part)[DepthwiseKernel.LINE];
        Arrays.fill(line, 0, start, 0);
        byte[] in = x.bytes(arena);
        int mask = codes.mask();
        int zero = codes.zero();
        if (multiplier == 1) {
            micro.widenS8S32(in, from, mask, zero, line, start, count);
        } else {
            for (int i = 0; i < count; i++) {
                line[start + i] = (in[from + i / multiplier] & mask) - zero;
            }
        }
        Arrays.fill(line, start + count, length, 0);
    }

    @Override
    public void multiply(Arena arena, int part, int taps, int k, int n) {
        int[][] rows = arena.intRows(part);
        int[] acc = rows[DepthwiseKernel.ACC];
        micro.depthwiseS32(rows, DepthwiseKernel.FIRST_TAP, taps, weights, k, acc, n);
    }

    @Override
    public void end(Arena arena, int part, int n, int to) {
        int[] acc = arena.intRows(part)[DepthwiseKernel.ACC];
        if (output.isSums()) {
            System.arraycopy(acc, 0, y.ints(arena), to, n);
        } else {
            output.run(acc, n, 0, y.bytes(arena), to);
        }
    }
}

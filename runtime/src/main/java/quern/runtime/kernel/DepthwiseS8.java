package quern.runtime.kernel;

import quern.op.Window;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/**
 * Depthwise convolution of 8-bit codes with one output channel an input channel: for each output
 * pixel a row of int32 accumulators, then the output stage. Taps in the padding add nothing.
 */
final class DepthwiseS8 implements Kernel {
    private final String name;
    private final Microkernels micro;
    private final ConvShape shape;
    private final int[][] weights;
    private final Operand x;
    private final Codes codes;
    private final int[] bias;
    private final Requantization output;
    private final Operand y;

    /**
     * @param weights an array with the weights of all channels for each tap
     * @param bias one a channel
     */
    DepthwiseS8(
            String name,
            Microkernels micro,
            ConvShape shape,
            int[][] weights,
            Operand x,
            int[] bias,
            Requantization output,
            Operand y) {
        this.name = name;
        this.micro = micro;
        this.shape = shape;
        this.weights = weights;
        this.x = x;
        this.codes = Codes.of(x.type());
        this.bias = bias;
        this.output = output;
        this.y = y;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int pieces() {
        return shape.pixels();
    }

    @Override
    public long work() {
        return shape.macs();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int first = Split.start(shape.pixels(), part, parts);
        int last = Split.start(shape.pixels(), part + 1, parts);
        byte[] in = x.bytes(arena);
        byte[] out = y.bytes(arena);
        int[] acc = arena.intRow(part);
        Window rows = shape.rows();
        Window columns = shape.columns();
        int channels = shape.groups();
        int line = columns.input() * channels;
        for (int pixel = first; pixel < last; pixel++) {
            System.arraycopy(bias, 0, acc, 0, channels);
            int row = pixel / columns.output();
            int left = columns.at(pixel % columns.output(), 0);
            int top = rows.at(row % rows.output(), 0);
            int from = x.offset(arena) + row / rows.output() * rows.input() * line;
            for (int kh = 0; kh < rows.kernel(); kh++) {
                int h = top + kh * rows.dilation();
                if (rows.inside(h)) {
                    line(in, from + h * line, left, kh * columns.kernel(), acc);
                }
            }
            output.run(acc, channels, 0, out, y.offset(arena) + pixel * channels);
        }
    }

    private void line(byte[] in, int line, int left, int k, int[] acc) {
        Window columns = shape.columns();
        int channels = shape.groups();
        int first = columns.firstInside(left);
        int last = columns.lastInside(left);
        if (first < last) {
            micro.depthwiseS8S32(
                    in,
                    line + (left + first * columns.dilation()) * channels,
                    columns.dilation() * channels,
                    last - first,
                    codes.mask(),
                    codes.zero(),
                    weights,
                    k + first,
                    acc,
                    channels);
        }
    }
}

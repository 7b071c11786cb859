package quern.runtime.kernel;

import java.util.Arrays;
import quern.op.Activation;
import quern.op.Window;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/**
 * Depthwise convolution of float32 numbers with one output channel an input channel: for each
 * output pixel a row of accumulators. Taps in the padding are executed with zeros.
 */
final class DepthwiseF32 implements Kernel {
    private final Microkernels micro;
    private final ConvShape shape;
    private final float[][] weights;
    private final Operand x;
    private final Operand bias;
    private final Activation activation;
    private final Operand y;
    private final float[] zeros;

    /**
     * @param weights an array with the weights of all channels for each tap
     * @param bias one a channel, or empty
     */
    DepthwiseF32(
            Microkernels micro,
            ConvShape shape,
            float[][] weights,
            Operand x,
            Operand bias,
            Activation activation,
            Operand y) {
        this.micro = micro;
        this.shape = shape;
        this.weights = weights;
        this.x = x;
        this.bias = bias;
        this.activation = activation;
        this.y = y;
        this.zeros = new float[shape.groups()];
    }

    @Override
    public String name() {
        return "depthwiseF32F32F32";
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
        float[] in = x.floats(arena);
        float[] out = y.floats(arena);
        float[] acc = arena.floatRow(part);
        Window rows = shape.rows();
        Window columns = shape.columns();
        int channels = shape.groups();
        int line = columns.input() * channels;
        for (int pixel = first; pixel < last; pixel++) {
            begin(arena, acc);
            int row = pixel / columns.output();
            int left = columns.at(pixel % columns.output(), 0);
            int top = rows.at(row % rows.output(), 0);
            int from = x.offset(arena) + row / rows.output() * rows.input() * line;
            for (int kh = 0; kh < rows.kernel(); kh++) {
                int h = top + kh * rows.dilation();
                int k = kh * columns.kernel();
                if (rows.inside(h)) {
                    line(in, from + h * line, left, k, acc);
                } else {
                    zeros(k, columns.kernel(), acc);
                }
            }
            int to = y.offset(arena) + pixel * channels;
            micro.clampF32(acc, 0, activation.min(), activation.max(), out, to, channels);
        }
    }

    private void begin(Arena arena, float[] acc) {
        if (bias.elements() == 0) {
            Arrays.fill(acc, 0, shape.groups(), 0f);
        } else {
            System.arraycopy(bias.floats(arena), bias.offset(arena), acc, 0, shape.groups());
        }
    }

    private void line(float[] in, int line, int left, int k, float[] acc) {
        Window columns = shape.columns();
        int channels = shape.groups();
        int step = columns.dilation() * channels;
        int first = columns.firstInside(left);
        int last = columns.lastInside(left);
        zeros(k, first, acc);
        int from = line + left * channels + first * step;
        micro.depthwiseF32(in, from, step, last - first, weights, k + first, acc, channels);
        zeros(k + last, columns.kernel() - last, acc);
    }

    /** Taps that read zeros. */
    private void zeros(int k, int count, float[] acc) {
        micro.depthwiseF32(zeros, 0, 0, count, weights, k, acc, shape.groups());
    }
}

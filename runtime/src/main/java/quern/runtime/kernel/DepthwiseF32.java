package quern.runtime.kernel;

import java.util.Arrays;
import quern.op.Activation;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/** Depthwise convolution of float32 numbers; taps in the padding are executed with zeros. */
final class DepthwiseF32 implements DepthwiseKernel.Lanes {
    private final Microkernels micro;
    private final float[][] weights;
    private final Operand x;
    private final Operand bias;
    private final Activation activation;
    private final Operand y;
    private final int multiplier;

    /**
     * @param weights for each tap an array with the weights of all channels, as often as a tile has
     *     pixels
     * @param bias one a channel, or empty
     */
    DepthwiseF32(Preparation p, float[][] weights, Operand bias, Activation activation) {
        this.micro = p.micro();
        this.weights = weights;
        this.x = p.input(0);
        this.bias = bias;
        this.activation = activation;
        this.y = p.output();
        this.multiplier = y.type().shape().dim(3) / x.type().shape().dim(3);
    }

    @Override
    public long weightBytes() {
        long sum = 0;
        for (float[] row : weights) {
            sum += (long) row.length * Float.BYTES;
        }
        return sum;
    }

    @Override
    public Object[] rows(Arena arena, int part) {
        return arena.floatRows(part);
    }

    @Override
    public void begin(Arena arena, int part, int pixels) {
        float[] acc = arena.floatRows(part)[DepthwiseKernel.ACC];
        int channels = y.type().shape().dim(3);
        if (bias.elements() == 0) {
            Arrays.fill(acc, 0, pixels * channels, 0f);
        } else {
            for (int i = 0; i < pixels; i++) {
                System.arraycopy(
                        bias.floats(arena), bias.offset(arena), acc, i * channels, channels);
            }
        }
    }

    @Override
    public void line(Arena arena, int part, int from, int start, int count, int length) {
        float[] line = arena.floatRows(part)[DepthwiseKernel.LINE];
        Arrays.fill(line, 0, start, 0f);
        float[] in = x.floats(arena);
        if (multiplier == 1 && count > 0) {
            System.arraycopy(in, from, line, start, count);
        } else {
            for (int i = 0; i < count; i++) {
                line[start + i] = in[from + i / multiplier];
            }
        }
        Arrays.fill(line, start + count, length, 0f);
    }

    @Override
    public void multiply(Arena arena, int part, int taps, int k, int n) {
        float[][] rows = arena.floatRows(part);
        float[] acc = rows[DepthwiseKernel.ACC];
        micro.depthwiseF32(rows, DepthwiseKernel.FIRST_TAP, taps, weights, k, acc, n);
    }

    @Override
    public void end(Arena arena, int part, int n, int to) {
        float[] acc = arena.floatRows(part)[DepthwiseKernel.ACC];
        micro.clampF32(acc, 0, activation.min(), activation.max(), y.floats(arena), to, n);
    }
}

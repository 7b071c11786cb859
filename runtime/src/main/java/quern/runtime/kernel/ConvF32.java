package quern.runtime.kernel;

import java.util.Arrays;
import java.util.List;
import quern.op.Activation;
import quern.op.Window;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/**
 * Convolution of float32 numbers with constant weights, fully connected layers too: for each panel
 * of weights and each output pixel a row of accumulators. Taps in the padding are executed with
 * zeros.
 */
final class ConvF32 extends PanelKernel<float[]> {
    private final Microkernels micro;
    private final Operand bias;
    private final Activation activation;
    private final float[] zeros;

    /**
     * @param bias one an output channel, or empty
     */
    ConvF32(
            String name,
            Microkernels micro,
            ConvShape shape,
            List<Panel<float[]>> panels,
            Operand x,
            Operand bias,
            Activation activation,
            Operand y) {
        super(name, shape, panels, x, y);
        this.micro = micro;
        this.bias = bias;
        this.activation = activation;
        this.zeros = new float[shape.columns().kernel() * shape.inputs()];
    }

    @Override
    void run(Arena arena, int part, Panel<float[]> panel, int first, int last) {
        float[] acc = arena.floatRows(part)[0];
        float[] in = x.floats(arena);
        float[] out = y.floats(arena);
        Window rows = shape.rows();
        Window columns = shape.columns();
        int image = rows.input() * columns.input() * shape.inputChannels();
        int to = y.offset(arena) + first * shape.outputChannels() + panel.start();
        int row = first / columns.output();
        int ow = first % columns.output();
        for (int pixel = first; pixel < last; pixel++) {
            begin(arena, panel, acc);
            int from = x.offset(arena) + row / rows.output() * image;
            int top = rows.at(row % rows.output(), 0);
            for (int kh = 0; kh < rows.kernel(); kh++) {
                line(in, from, top + kh * rows.dilation(), columns.at(ow, 0), kh, panel, acc);
            }
            micro.clampF32(acc, 0, activation.min(), activation.max(), out, to, panel.width());
            to += shape.outputChannels();
            if (++ow == columns.output()) {
                ow = 0;
                row++;
            }
        }
    }

    private void begin(Arena arena, Panel<float[]> panel, float[] acc) {
        if (bias.elements() == 0) {
            Arrays.fill(acc, 0, panel.width(), 0f);
        } else {
            System.arraycopy(
                    bias.floats(arena), bias.offset(arena) + panel.start(), acc, 0, panel.width());
        }
    }

    /** One kernel row over image row {@code h}, which may lie in the padding. */
    private void line(
            float[] in, int from, int h, int left, int kh, Panel<float[]> panel, float[] acc) {
        Window columns = shape.columns();
        int k = kh * columns.kernel();
        int line = from + h * columns.input() * shape.inputChannels();
        if (!shape.rows().inside(h)) {
            zeros(k, columns.kernel(), panel, acc);
        } else {
            int first = columns.firstInside(left);
            int last = columns.lastInside(left);
            zeros(k, first, panel, acc);
            if (shape.contiguous()) {
                int at = line + (left + first) * shape.inputs();
                taps(in, at, k + first, last - first, panel, acc);
            } else {
                for (int kw = first; kw < last; kw++) {
                    int w = left + kw * columns.dilation();
                    int at = line + w * shape.inputChannels() + panel.group() * shape.inputs();
                    taps(in, at, k + kw, 1, panel, acc);
                }
            }
            zeros(k + last, columns.kernel() - last, panel, acc);
        }
    }

    private void zeros(int k, int count, Panel<float[]> panel, float[] acc) {
        taps(zeros, 0, k, count, panel, acc);
    }

    private void taps(float[] in, int from, int k, int count, Panel<float[]> panel, float[] acc) {
        micro.gemvF32(
                in,
                from,
                count * shape.inputs(),
                panel.rows(),
                k * shape.inputs(),
                acc,
                panel.width());
    }
}

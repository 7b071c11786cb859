package quern.runtime.kernel;

import java.util.List;
import quern.op.Window;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/**
 * Convolution of 8-bit codes with constant weights, fully connected layers too: for each panel of
 * weights and each output pixel a row of int32 accumulators, then the output stage. Taps in the
 * padding add nothing.
 */
final class ConvS8 extends PanelKernel<int[]> {
    private final Microkernels micro;
    private final Codes codes;
    private final int[] bias;
    private final Requantization output;

    /**
     * @param bias one an output channel
     */
    ConvS8(
            String name,
            Microkernels micro,
            ConvShape shape,
            List<Panel<int[]>> panels,
            Operand x,
            int[] bias,
            Requantization output,
            Operand y) {
        super(name, shape, panels, x, y);
        this.micro = micro;
        this.codes = Codes.of(x.type());
        this.bias = bias;
        this.output = output;
    }

    @Override
    void run(Arena arena, int part, Panel<int[]> panel, int first, int last) {
        int[] acc = arena.intRows(part)[0];
        byte[] in = x.bytes(arena);
        Window rows = shape.rows();
        Window columns = shape.columns();
        int to = y.offset(arena) + first * shape.outputChannels() + panel.start();
        int row = first / columns.output();
        int ow = first % columns.output();
        for (int pixel = first; pixel < last; pixel++) {
            System.arraycopy(bias, panel.start(), acc, 0, panel.width());
            int image = row / rows.output();
            int top = rows.at(row % rows.output(), 0);
            int from =
                    x.offset(arena)
                            + image * rows.input() * columns.input() * shape.inputChannels();
            accumulate(in, from, top, columns.at(ow, 0), panel, acc);
            if (output.isSums()) {
                System.arraycopy(acc, 0, y.ints(arena), to, panel.width());
            } else {
                output.run(acc, panel.width(), panel.start(), arena.bytes(), to);
            }
            to += shape.outputChannels();
            if (++ow == columns.output()) {
                ow = 0;
                row++;
            }
        }
    }

    private void accumulate(byte[] in, int from, int top, int left, Panel<int[]> panel, int[] acc) {
        Window rows = shape.rows();
        Window columns = shape.columns();
        int first = columns.firstInside(left);
        int last = columns.lastInside(left);
        for (int kh = 0; kh < rows.kernel(); kh++) {
            int h = top + kh * rows.dilation();
            if (rows.inside(h) && first < last) {
                int line = from + h * columns.input() * shape.inputChannels();
                int k = kh * columns.kernel();
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
            }
        }
    }

    /** Taps from {@code k} on, whose values stand next to each other. */
    private void taps(byte[] in, int from, int k, int count, Panel<int[]> panel, int[] acc) {
        micro.gemvS8S32(
                in,
                from,
                count * shape.inputs(),
                codes.mask(),
                codes.zero(),
                panel.rows(),
                k * shape.inputs(),
                acc,
                panel.width());
    }
}

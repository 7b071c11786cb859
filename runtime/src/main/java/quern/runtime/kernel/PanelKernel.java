package quern.runtime.kernel;

import java.util.List;
import quern.runtime.arena.Arena;

/**
 * A convolution whose lanes are output channels: panels of packed weights meet output pixels. A
 * share of the work is pixels next to each other, first those of the first panel.
 *
 * @param <W> the array of a panel's weights
 */
abstract class PanelKernel<W> implements Kernel {
    final ConvShape shape;
    final Operand x;
    final Operand y;

    private final String name;
    private final List<Panel<W>> panels;

    PanelKernel(String name, ConvShape shape, List<Panel<W>> panels, Operand x, Operand y) {
        this.name = name;
        this.shape = shape;
        this.panels = panels;
        this.x = x;
        this.y = y;
    }

    /** Makes the output channels of a panel at pixels {@code first} to {@code last - 1}. */
    abstract void run(Arena arena, int part, Panel<W> panel, int first, int last);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int pieces() {
        return panels.size() * shape.pixels();
    }

    @Override
    public final long work() {
        return shape.macs();
    }

    @Override
    public final long packedBytes() {
        return Panel.bytes(panels);
    }

    @Override
    public final void run(Arena arena, int part, int parts) {
        int pixels = shape.pixels();
        int total = panels.size() * pixels;
        int at = Split.start(total, part, parts);
        int end = Split.start(total, part + 1, parts);
        while (at < end) {
            int first = at % pixels;
            int last = Math.min(pixels, first + end - at);
            run(arena, part, panels.get(at / pixels), first, last);
            at += last - first;
        }
    }
}

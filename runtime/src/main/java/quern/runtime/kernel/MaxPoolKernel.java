package quern.runtime.kernel;

import quern.op.Window;
import quern.runtime.arena.Arena;

/**
 * Maximum pooling, a row of output pixels at a time: the largest element of each column of the rows
 * that it sees, then the largest of neighbouring columns. A maximum does not depend on the order.
 */
final class MaxPoolKernel implements Kernel {
    /**
     * The arithmetic of an element type on two lines of elements that belong to each part: all
     * channels of all pixels of an input row. A maximum of nothing is the least element.
     */
    interface Lines {
        /**
         * Makes the first line the largest of {@code count} rows of {@code n} elements.
         *
         * @param x where the first row begins
         * @param step elements from one row to the next
         */
        void down(Arena arena, int part, int x, int step, int count, int n);

        /**
         * Makes each element of the second line the largest of that of the first and of {@code
         * count - 1} others, each {@code step} elements after the one before; the line has {@code
         * n}.
         */
        void across(Arena arena, int part, int step, int count, int n);

        /** Writes elements of the second line, from {@code from} on. */
        void store(Arena arena, int part, int from, int n, int y);

        /** Writes the largest of the first {@code count} pixels of the first line. */
        void storeFirst(Arena arena, int part, int count, int channels, int y);
    }

    private final String name;
    private final PoolShape shape;
    private final Operand x;
    private final Operand y;
    private final Lines lines;

    MaxPoolKernel(String name, PoolShape shape, Preparation p, Lines lines) {
        this.name = name;
        this.shape = shape;
        this.x = p.input(0);
        this.y = p.output();
        this.lines = lines;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int pieces() {
        return shape.images() * shape.rows().output();
    }

    @Override
    public long work() {
        return shape.reads();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        Window rows = shape.rows();
        Window columns = shape.columns();
        int channels = shape.channels();
        int n = columns.input() * channels;
        int last = Split.start(pieces(), part + 1, parts);
        for (int row = Split.start(pieces(), part, parts); row < last; row++) {
            int image = row / rows.output();
            int top = rows.at(row % rows.output(), 0);
            int first = rows.firstInside(top);
            int count = rows.lastInside(top) - first;
            int from = x.offset(arena) + (image * rows.input() + top + first) * n;
            lines.down(arena, part, from, n, count, n);
            lines.across(arena, part, channels, columns.kernel(), n);
            store(arena, part, y.offset(arena) + row * columns.output() * channels);
        }
    }

    private void store(Arena arena, int part, int to) {
        Window columns = shape.columns();
        int channels = shape.channels();
        for (int o = 0; o < columns.output(); ) {
            int left = columns.at(o, 0);
            int at = to + o * channels;
            if (left < 0 || left >= columns.input()) {
                int seen = columns.lastInside(left) - columns.firstInside(left);
                lines.storeFirst(arena, part, Math.max(0, seen), channels, at);
                o++;
            } else {
                int rest = Math.min(columns.output() - o, columns.input() - left);
                int run = columns.stride() == 1 ? rest : 1;
                lines.store(arena, part, left * channels, run * channels, at);
                o += run;
            }
        }
    }
}

package quern.runtime.kernel;

import quern.op.Window;
import quern.runtime.arena.Arena;

/**
 * Pooling: for each output pixel a row of accumulators over the channels, filled from the taps
 * inside the image in the order of rows and columns.
 */
final class PoolKernel implements Kernel {
    /** What is pooled: one row of accumulators belongs to each part. */
    interface Pool {
        /** Sets the accumulators of a part to what they are before any tap. */
        void begin(Arena arena, int part);

        /** Takes {@code count} neighbouring pixels, the first of which begins at {@code x}. */
        void taps(Arena arena, int part, int x, int count);

        /** Writes an output pixel that begins at {@code y} from accumulators of {@code n} taps. */
        void end(Arena arena, int part, int n, int y);
    }

    private final String name;
    private final PoolShape shape;
    private final Operand x;
    private final Operand y;
    private final Pool pool;

    PoolKernel(String name, PoolShape shape, Operand x, Operand y, Pool pool) {
        this.name = name;
        this.shape = shape;
        this.x = x;
        this.y = y;
        this.pool = pool;
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
        return shape.reads();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        Window rows = shape.rows();
        Window columns = shape.columns();
        int channels = shape.channels();
        int last = Split.start(shape.pixels(), part + 1, parts);
        for (int pixel = Split.start(shape.pixels(), part, parts); pixel < last; pixel++) {
            int row = pixel / columns.output();
            int image = row / rows.output();
            int top = rows.at(row % rows.output(), 0);
            int left = columns.at(pixel % columns.output(), 0);
            int width = columns.lastInside(left) - columns.firstInside(left);
            int from = left + columns.firstInside(left);
            pool.begin(arena, part);
            for (int kh = rows.firstInside(top); kh < rows.lastInside(top); kh++) {
                int at = (image * rows.input() + top + kh) * columns.input() + from;
                pool.taps(arena, part, x.offset(arena) + at * channels, width);
            }
            int height = rows.lastInside(top) - rows.firstInside(top);
            pool.end(arena, part, height * width, y.offset(arena) + pixel * channels);
        }
    }
}

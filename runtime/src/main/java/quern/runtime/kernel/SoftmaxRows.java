package quern.runtime.kernel;

import quern.runtime.arena.Arena;

/** A softmax along one axis as rows of {@code length} elements, {@code stride} apart. */
final class SoftmaxRows implements Kernel {
    /** Computes one row. */
    @FunctionalInterface
    interface Row {
        void run(Arena arena, int part, int xOffset, int yOffset);
    }

    /** Elementary steps of an exponential and a division. */
    private static final int STEPS = 16;

    private final String name;
    private final Operand x;
    private final Operand y;
    private final int rows;
    private final int stride;
    private final int length;
    private final Row row;

    SoftmaxRows(String name, Preparation p, int stride, int length, Row row) {
        this.name = name;
        this.x = p.input(0);
        this.y = p.output();
        this.rows = length == 0 ? 0 : x.elements() / length;
        this.stride = stride;
        this.length = length;
        this.row = row;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int pieces() {
        return rows;
    }

    @Override
    public long work() {
        return (long) rows * length * STEPS;
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int last = Split.start(rows, part + 1, parts);
        for (int i = Split.start(rows, part, parts); i < last; i++) {
            int first = i / stride * stride * length + i % stride;
            row.run(arena, part, x.offset(arena) + first, y.offset(arena) + first);
        }
    }
}

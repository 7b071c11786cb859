package quern.runtime.kernel;

import quern.runtime.arena.Arena;

/** An elementwise operation on two operands, which may be broadcast; subclasses compute rows. */
abstract class BinaryKernel implements Kernel {
    private final String name;
    private final Broadcast rows;
    private final int elements;
    final Operand a;
    final Operand b;
    final Operand y;
    final int aStep;
    final int bStep;

    BinaryKernel(String name, Preparation p) {
        this.name = name;
        this.a = p.input(0);
        this.b = p.input(1);
        this.y = p.output();
        this.rows = Broadcast.of(a.type().shape(), b.type().shape(), y.type().shape());
        this.elements = y.elements();
        this.aStep = rows.aStep();
        this.bStep = rows.bStep();
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int pieces() {
        return elements;
    }

    @Override
    public final long work() {
        return elements;
    }

    @Override
    public final void run(Arena arena, int part, int parts) {
        int at = Split.start(elements, part, parts);
        int end = Split.start(elements, part + 1, parts);
        while (at < end) {
            int row = at / rows.length();
            int column = at % rows.length();
            int n = Math.min(rows.length() - column, end - at);
            row(
                    arena,
                    part,
                    a.offset(arena) + rows.aOffset(row) + column * aStep,
                    b.offset(arena) + rows.bOffset(row) + column * bStep,
                    y.offset(arena) + at,
                    n);
            at += n;
        }
    }

    /** Computes {@code n} neighbouring elements of one row. */
    abstract void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n);
}

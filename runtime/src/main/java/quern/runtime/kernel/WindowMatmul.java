package quern.runtime.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;
import quern.op.nn.BatchMatmul;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;
import quern.tensor.DType.Storage;
import quern.tensor.Shape;

/**
 * Products of float32 matrices over the products of a tier: a row of the first operand is a window,
 * some columns of the second are packed to a panel.
 */
final class WindowMatmul implements Kernel {
    private final String name;
    private final Products products;
    private final Operand a;
    private final Operand b;
    private final Operand y;
    private final boolean transposed;
    private final int[] ofA;
    private final int[] ofB;
    private final int rows;
    private final int depth;
    private final int columns;
    private final int panels;
    private final Walk walk;
    private final Scratch packed;

    WindowMatmul(
            String name,
            Preparation p,
            Products products,
            BatchMatmul op,
            int depth,
            int[] ofA,
            int[] ofB) {
        Shape ys = p.output().type().shape();
        this.name = name;
        this.products = products;
        this.a = p.input(0);
        this.b = p.input(1);
        this.y = p.output();
        this.transposed = op.transposeB();
        this.ofA = ofA;
        this.ofB = ofB;
        this.rows = ys.dim(ys.rank() - 2);
        this.columns = ys.dim(ys.rank() - 1);
        this.depth = depth;
        this.panels = (columns + Products.WIDEST - 1) / Products.WIDEST;
        int rowStep = op.transposeA() ? 1 : depth;
        int depthStep = op.transposeA() ? rows : 1;
        this.walk =
                new Walk(
                        IntStream.range(0, rows).map(i -> i * rowStep).toArray(),
                        IntStream.range(0, rows).map(i -> i * columns).toArray(),
                        IntStream.range(0, depth).map(k -> k * depthStep).toArray());
        int size = Math.multiplyExact(depth, Products.WIDEST);
        this.packed = p.workspace().scratch(Storage.FLOAT, size);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int pieces() {
        return ofA.length * panels;
    }

    @Override
    public long work() {
        return (long) y.elements() * depth;
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int last = Split.start(pieces(), part + 1, parts);
        for (int piece = Split.start(pieces(), part, parts); piece < last; piece++) {
            panel(arena, part, piece / panels, piece % panels * Products.WIDEST);
        }
    }

    private void panel(Arena arena, int part, int matrix, int column) {
        int n = Math.min(Products.WIDEST, columns - column);
        int width = Slab.width(n);
        float[] from = b.floats(arena);
        float[] w = arena.floats();
        int at = packed.offset(arena, part);
        int first = b.offset(arena) + ofB[matrix] * depth * columns;
        if (transposed) {
            Transposition.rowsToColumns(from, first + column * depth, depth, n, w, at, width);
        } else {
            for (int k = 0; k < depth; k++) {
                System.arraycopy(from, first + k * columns + column, w, at + k * width, n);
            }
        }
        for (int k = 0; n < width && k < depth; k++) {
            Arrays.fill(w, at + k * width + n, at + (k + 1) * width, 0f);
        }
        products.gemmF32(
                walk,
                0,
                rows,
                a.floats(arena),
                a.offset(arena) + ofA[matrix] * rows * depth,
                w,
                at,
                width,
                Slab.NO_BIAS,
                0,
                Float.NEGATIVE_INFINITY,
                Float.POSITIVE_INFINITY,
                y.floats(arena),
                y.offset(arena) + matrix * rows * columns + column,
                n);
    }
}

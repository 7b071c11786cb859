package quern.runtime.kernel;

import java.util.function.LongBinaryOperator;
import quern.op.Activation;
import quern.op.UnaryMath;
import quern.runtime.arena.Arena;
import quern.tensor.DType;

/** Makes the kernels of plain S32 and S64 numbers; what leaves the element type wraps. */
final class IntegerKernels {
    private IntegerKernels() {}

    static Kernel unary(String name, Preparation p, UnaryMath op) {
        Operand x = p.input(0);
        Operand y = p.output();
        boolean wide = x.type().dtype() == DType.S64;
        return new MapKernel(
                name,
                y.elements(),
                (arena, start, n) -> {
                    int from = x.offset(arena) + start;
                    int to = y.offset(arena) + start;
                    for (int i = 0; i < n; i++) {
                        if (wide) {
                            long v = ((long[]) x.array(arena))[from + i];
                            ((long[]) y.array(arena))[to + i] = op.applyToInteger(v);
                        } else {
                            y.ints(arena)[to + i] =
                                    (int) op.applyToInteger(x.ints(arena)[from + i]);
                        }
                    }
                });
    }

    /** A function of two elements, then the activation. */
    static Kernel binary(
            String name, Preparation p, LongBinaryOperator function, Activation activation) {
        return new Binary(name, p, function, activation);
    }

    /** A row of sums, differences or products of S32 numbers. */
    @FunctionalInterface
    private interface IntRow {
        void run(int[] a, int aOffset, int[] b, int bOffset, int[] y, int yOffset, int n);
    }

    /** Sums of S32 or S64 numbers. */
    static Kernel sum(String name, Preparation p, Activation activation) {
        return of(name, p, Long::sum, activation, IntegerKernels::sums);
    }

    static Kernel difference(String name, Preparation p, Activation activation) {
        return of(name, p, (a, b) -> a - b, activation, IntegerKernels::differences);
    }

    static Kernel product(String name, Preparation p, Activation activation) {
        return of(name, p, (a, b) -> a * b, activation, IntegerKernels::products);
    }

    private static Kernel of(
            String name,
            Preparation p,
            LongBinaryOperator function,
            Activation activation,
            IntRow row) {
        boolean narrow = p.output().type().dtype() == DType.S32 && activation == Activation.NONE;
        return narrow ? new Rows(name, p, function, row) : binary(name, p, function, activation);
    }

    private static void sums(
            int[] a, int aOffset, int[] b, int bOffset, int[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] + b[bOffset + i];
        }
    }

    private static void differences(
            int[] a, int aOffset, int[] b, int bOffset, int[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] - b[bOffset + i];
        }
    }

    private static void products(
            int[] a, int aOffset, int[] b, int bOffset, int[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] * b[bOffset + i];
        }
    }

    /** S32 numbers: rows of both operands in loops that become vector code. */
    private static final class Rows extends BinaryKernel {
        private final LongBinaryOperator function;
        private final IntRow row;

        Rows(String name, Preparation p, LongBinaryOperator function, IntRow row) {
            super(name, p);
            this.function = function;
            this.row = row;
        }

        @Override
        void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
            int[] x = a.ints(arena);
            int[] w = b.ints(arena);
            int[] out = y.ints(arena);
            if (aStep == 1 && bStep == 1) {
                row.run(x, aOffset, w, bOffset, out, yOffset, n);
                return;
            }
            for (int i = 0; i < n; i++) {
                out[yOffset + i] =
                        (int) function.applyAsLong(x[aOffset + i * aStep], w[bOffset + i * bStep]);
            }
        }
    }

    private static final class Binary extends BinaryKernel {
        private final LongBinaryOperator function;
        private final Activation activation;
        private final boolean wide;

        Binary(String name, Preparation p, LongBinaryOperator function, Activation activation) {
            super(name, p);
            this.function = function;
            this.activation = activation;
            this.wide = y.type().dtype() == DType.S64;
        }

        @Override
        void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
            if (wide) {
                long[] x = (long[]) a.array(arena);
                long[] w = (long[]) b.array(arena);
                long[] out = (long[]) y.array(arena);
                for (int i = 0; i < n; i++) {
                    long v = function.applyAsLong(x[aOffset + i * aStep], w[bOffset + i * bStep]);
                    out[yOffset + i] = activation.clamp(v);
                }
            } else {
                int[] x = a.ints(arena);
                int[] w = b.ints(arena);
                int[] out = y.ints(arena);
                for (int i = 0; i < n; i++) {
                    int v =
                            (int)
                                    function.applyAsLong(
                                            x[aOffset + i * aStep], w[bOffset + i * bStep]);
                    out[yOffset + i] = (int) activation.clamp(v);
                }
            }
        }
    }
}

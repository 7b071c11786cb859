package quern.runtime.kernel;

import java.util.function.IntToDoubleFunction;
import quern.op.logic.BitPair;
import quern.op.logic.Comparison;
import quern.op.logic.LogicalNot;
import quern.op.logic.Select;
import quern.op.logic.TruthPair;
import quern.reference.NodeRescale;
import quern.runtime.arena.Arena;
import quern.tensor.DType;
import quern.tensor.DType.Storage;
import quern.tensor.TensorType;

/** Makes the kernels of comparisons, logic and choices. */
final class LogicKernels {
    private LogicKernels() {}

    static Kernel compare(Comparison op, Preparation p) {
        String name = named(p);
        DType type = p.type(0).dtype();
        int orders = op.orders();
        if (p.type(0).isQuantized() && type.bits() == 8) {
            double[] first = table(p, p.type(0));
            double[] second = table(p, p.type(1));
            return new BinaryKernel(name, p) {
                @Override
                void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
                    byte[] x = a.bytes(arena);
                    byte[] w = b.bytes(arena);
                    byte[] out = y.bytes(arena);
                    for (int i = 0; i < n; i++) {
                        double l = first[x[aOffset + i * aStep] & 0xFF];
                        double r = second[w[bOffset + i * bStep] & 0xFF];
                        out[yOffset + i] = truth(orders, order(l, r));
                    }
                }
            };
        }
        if (p.type(0).isQuantized()) {
            IntToDoubleFunction first = NodeRescale.comparable(p.node(), p.type(0));
            IntToDoubleFunction second = NodeRescale.comparable(p.node(), p.type(1));
            return new BinaryKernel(name, p) {
                @Override
                void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
                    short[] x = (short[]) a.array(arena);
                    short[] w = (short[]) b.array(arena);
                    byte[] out = y.bytes(arena);
                    for (int i = 0; i < n; i++) {
                        double l = first.applyAsDouble(x[aOffset + i * aStep]);
                        double r = second.applyAsDouble(w[bOffset + i * bStep]);
                        out[yOffset + i] = truth(orders, order(l, r));
                    }
                }
            };
        }
        if (type == DType.F32) {
            return new BinaryKernel(name, p) {
                @Override
                void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
                    float[] x = a.floats(arena);
                    float[] w = b.floats(arena);
                    byte[] out = y.bytes(arena);
                    for (int i = 0; i < n; i++) {
                        int order = order(x[aOffset + i * aStep], w[bOffset + i * bStep]);
                        out[yOffset + i] = truth(orders, order);
                    }
                }
            };
        }
        return integers(name, p, p.output().type().dtype(), (l, r) -> truth(orders, order(l, r)));
    }

    private static double[] table(Preparation p, TensorType type) {
        IntToDoubleFunction number = NodeRescale.comparable(p.node(), type);
        int mask = Codes.of(type).mask();
        double[] table = new double[Codes.BYTES];
        for (int b = 0; b < table.length; b++) {
            table[b] = number.applyAsDouble((byte) b & mask);
        }
        return table;
    }

    private static byte truth(int orders, int order) {
        return (byte) ((orders & order) != 0 ? 1 : 0);
    }

    private static int order(double a, double b) {
        return a < b
                ? Comparison.BELOW
                : a == b ? Comparison.SAME : a > b ? Comparison.ABOVE : Comparison.UNORDERED;
    }

    private static int order(long a, long b) {
        return a < b ? Comparison.BELOW : a == b ? Comparison.SAME : Comparison.ABOVE;
    }

    static Kernel truth(TruthPair op, Preparation p) {
        byte[] results = new byte[4];
        for (int i = 0; i < results.length; i++) {
            results[i] = (byte) (op.of((i & 2) != 0, (i & 1) != 0) ? 1 : 0);
        }
        return integers(named(p), p, DType.BOOL, (l, r) -> results[(int) (2 * l + r)]);
    }

    static Kernel bits(BitPair op, Preparation p) {
        DType type = p.output().type().dtype();
        return integers(named(p), p, type, (l, r) -> op.of(l, r, type));
    }

    /** A function of two integers. */
    @FunctionalInterface
    private interface IntegerPair {
        long apply(long a, long b);
    }

    private static Kernel integers(String name, Preparation p, DType to, IntegerPair f) {
        DType from = p.type(0).dtype();
        return new BinaryKernel(name, p) {
            @Override
            void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
                Object x = a.array(arena);
                Object w = b.array(arena);
                Object out = y.array(arena);
                for (int i = 0; i < n; i++) {
                    long l = Numbers.integer(from, x, aOffset + i * aStep);
                    long r = Numbers.integer(from, w, bOffset + i * bStep);
                    Numbers.setInteger(to, out, yOffset + i, f.apply(l, r));
                }
            }
        };
    }

    static Kernel not(LogicalNot op, Preparation p) {
        Operand x = p.input(0);
        Operand y = p.output();
        return new MapKernel(
                named(p),
                y.elements(),
                (arena, start, n) -> {
                    byte[] in = x.bytes(arena);
                    byte[] out = y.bytes(arena);
                    int from = x.offset(arena) + start;
                    int to = y.offset(arena) + start;
                    for (int i = 0; i < n; i++) {
                        out[to + i] = (byte) (in[from + i] == 0 ? 1 : 0);
                    }
                });
    }

    /**
     * Each row of the broadcast condition and first choice is moved, then what the condition says
     * is not it is moved from the second.
     */
    static Kernel select(Select op, Preparation p) {
        Operand condition = p.input(0);
        Operand yes = p.input(1);
        Operand no = p.input(2);
        Operand y = p.output();
        Broadcast first = rows(p, 1);
        Broadcast second = rows(p, 2);
        return new MapKernel(
                named(p) + p.type(1).dtype(),
                y.elements(),
                (arena, start, n) -> {
                    choose(arena, condition, yes, y, first, true, start, n);
                    choose(arena, condition, no, y, second, false, start, n);
                });
    }

    private static Broadcast rows(Preparation p, int choice) {
        return Broadcast.of(p.type(0).shape(), p.type(choice).shape(), p.output().type().shape());
    }

    private static void choose(
            Arena arena,
            Operand condition,
            Operand x,
            Operand y,
            Broadcast rows,
            boolean chosen,
            int start,
            int n) {
        byte[] truth = condition.bytes(arena);
        Object from = x.array(arena);
        Object to = y.array(arena);
        Storage storage = y.type().dtype().storage();
        int at = start;
        while (at < start + n) {
            int row = at / rows.length();
            int column = at % rows.length();
            int count = Math.min(rows.length() - column, start + n - at);
            int c = condition.offset(arena) + rows.aOffset(row) + column * rows.aStep();
            int f = x.offset(arena) + rows.bOffset(row) + column * rows.bStep();
            int t = y.offset(arena) + at;
            for (int i = 0; i < count; i++) {
                if (truth[c + i * rows.aStep()] != 0 == chosen) {
                    move(storage, from, f + i * rows.bStep(), to, t + i);
                }
            }
            at += count;
        }
    }

    private static void move(Storage storage, Object from, int f, Object to, int t) {
        switch (storage) {
            case FLOAT -> ((float[]) to)[t] = ((float[]) from)[f];
            case BYTE -> ((byte[]) to)[t] = ((byte[]) from)[f];
            case SHORT -> ((short[]) to)[t] = ((short[]) from)[f];
            case INT -> ((int[]) to)[t] = ((int[]) from)[f];
            case LONG -> ((long[]) to)[t] = ((long[]) from)[f];
            default -> ((double[]) to)[t] = ((double[]) from)[f];
        }
    }

    private static String named(Preparation p) {
        return p.operator() + p.type(0).dtype();
    }
}

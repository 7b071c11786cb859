package quern.runtime.kernel;

import quern.op.reduction.CumSum;
import quern.op.reduction.Extremum;
import quern.op.reduction.TopK;
import quern.tensor.DType;

/** Makes the kernels that look for the place of elements. */
final class OrderKernels {
    private OrderKernels() {}

    /** The place of the extreme one of {@code count} elements, {@code stride} apart. */
    @FunctionalInterface
    private interface Place {
        int of(Object x, int from, int stride, int count);
    }

    static Kernel extremum(Extremum op, Preparation p) {
        Operand x = p.input(0);
        Operand y = p.output();
        Box box = Box.along(x.type().shape(), op.axis());
        DType to = op.index();
        Place place = place(x.type().dtype(), op.largest());
        String name = op.largest() ? "argMax" : "argMin";
        return new MapKernel(
                name + x.type().dtype(),
                y.elements(),
                (arena, start, n) -> {
                    Object in = x.array(arena);
                    Object out = y.array(arena);
                    for (int i = start; i < start + n; i++) {
                        int from = x.offset(arena) + box.first(i);
                        int found = place.of(in, from, box.inner(), box.count());
                        Numbers.setInteger(to, out, y.offset(arena) + i, found);
                    }
                });
    }

    static Kernel topK(TopK op, Preparation p) {
        return new TopKernel(op, p, p.output(1));
    }

    static Kernel cumSum(CumSum op, Preparation p) {
        Operand x = p.input(0);
        Operand y = p.output();
        Box box = Box.along(x.type().shape(), op.axis());
        DType type = x.type().dtype();
        int step = op.reverse() ? -box.inner() : box.inner();
        int last = (box.count() - 1) * box.inner();
        return new MapKernel(
                "cumSum" + type,
                box.count() == 0 ? 0 : box.results(),
                (arena, start, n) -> {
                    for (int i = start; i < start + n; i++) {
                        int first = box.first(i) + (op.reverse() ? last : 0);
                        int from = x.offset(arena) + first;
                        int to = y.offset(arena) + first;
                        if (type == DType.F32) {
                            float[] in = x.floats(arena);
                            float[] out = y.floats(arena);
                            sum(in, from, out, to, step, box.count(), op.exclusive());
                        } else {
                            Object in = x.array(arena);
                            Object out = y.array(arena);
                            sum(type, in, from, out, to, step, box.count(), op.exclusive());
                        }
                    }
                });
    }

    private static void sum(
            float[] x, int from, float[] y, int to, int step, int count, boolean exclusive) {
        float sum = 0;
        for (int k = 0; k < count; k++) {
            float next = sum + x[from + k * step];
            y[to + k * step] = exclusive ? sum : next;
            sum = next;
        }
    }

    private static void sum(
            DType type,
            Object x,
            int from,
            Object y,
            int to,
            int step,
            int count,
            boolean exclusive) {
        long sum = 0;
        for (int k = 0; k < count; k++) {
            long next = sum + Numbers.integer(type, x, from + k * step);
            Numbers.setInteger(type, y, to + k * step, exclusive ? sum : next);
            sum = next;
        }
    }

    private static Place place(DType type, boolean largest) {
        return switch (type) {
            case F32 -> largest ? OrderKernels::largest : OrderKernels::smallest;
            case S8, U8 -> {
                int mask = type == DType.U8 ? 0xFF : -1;
                int sign = largest ? 1 : -1;
                yield (x, from, stride, count) -> code((byte[]) x, from, stride, count, mask, sign);
            }
            default -> (x, from, stride, count) -> integer(type, x, from, stride, count, largest);
        };
    }

    private static int largest(Object x, int from, int stride, int count) {
        float[] reals = (float[]) x;
        float best = reals[from];
        int place = 0;
        for (int k = 1; k < count; k++) {
            float v = reals[from + k * stride];
            if (v > best) {
                best = v;
                place = k;
            }
        }
        return place;
    }

    private static int smallest(Object x, int from, int stride, int count) {
        float[] reals = (float[]) x;
        float best = reals[from];
        int place = 0;
        for (int k = 1; k < count; k++) {
            float v = reals[from + k * stride];
            if (v < best) {
                best = v;
                place = k;
            }
        }
        return place;
    }

    private static int code(byte[] x, int from, int stride, int count, int mask, int sign) {
        int best = (x[from] & mask) * sign;
        int place = 0;
        for (int k = 1; k < count; k++) {
            int v = (x[from + k * stride] & mask) * sign;
            if (v > best) {
                best = v;
                place = k;
            }
        }
        return place;
    }

    private static int integer(
            DType type, Object x, int from, int stride, int count, boolean largest) {
        long best = Numbers.integer(type, x, from);
        int place = 0;
        for (int k = 1; k < count; k++) {
            long v = Numbers.integer(type, x, from + k * stride);
            if (largest ? v > best : v < best) {
                best = v;
                place = k;
            }
        }
        return place;
    }
}

package quern.runtime.kernel;

import quern.op.quantize.Cast;
import quern.tensor.DType;

/** Makes the kernels of casts. */
final class CastKernels {
    private CastKernels() {}

    static Kernel cast(Cast op, Preparation p) {
        DType from = p.type(0).dtype();
        DType to = op.to();
        if (from == DType.U64 && to.isFloat() || from.isFloat() && to == DType.U64) {
            return p.reference("unsigned integers of 64 bits go to real numbers or come from them");
        }
        Operand x = p.input(0);
        Operand y = p.output();
        Move move =
                from.isFloat()
                        ? to.isFloat() ? CastKernels::realToReal : CastKernels::realToInteger
                        : to.isFloat() ? CastKernels::integerToReal : CastKernels::integerToInteger;
        return new MapKernel(
                "cast" + from + to,
                y.elements(),
                (arena, start, n) ->
                        move.run(
                                from,
                                x.array(arena),
                                x.offset(arena) + start,
                                to,
                                y.array(arena),
                                y.offset(arena) + start,
                                n));
    }

    /** Casts a range of elements. */
    @FunctionalInterface
    private interface Move {
        void run(DType from, Object x, int i, DType to, Object y, int j, int n);
    }

    private static void realToReal(DType from, Object x, int i, DType to, Object y, int j, int n) {
        for (int k = 0; k < n; k++) {
            Numbers.setReal(to, y, j + k, Numbers.real(from, x, i + k));
        }
    }

    private static void realToInteger(
            DType from, Object x, int i, DType to, Object y, int j, int n) {
        boolean truth = to == DType.BOOL;
        double low = to.min(to.bits());
        double high = to.max(to.bits());
        for (int k = 0; k < n; k++) {
            double v = Numbers.real(from, x, i + k);
            long whole = truth ? (v != 0 ? 1 : 0) : (long) Math.min(Math.max(v, low), high);
            Numbers.setInteger(to, y, j + k, whole);
        }
    }

    private static void integerToReal(
            DType from, Object x, int i, DType to, Object y, int j, int n) {
        if (from == DType.S32 && to == DType.F32) {
            toReal((int[]) x, i, (float[]) y, j, n);
            return;
        }
        for (int k = 0; k < n; k++) {
            long v = Numbers.integer(from, x, i + k);
            Numbers.setReal(to, y, j + k, to == DType.F64 ? (double) v : (float) v);
        }
    }

    private static void toReal(int[] x, int i, float[] y, int j, int n) {
        for (int k = 0; k < n; k++) {
            y[j + k] = x[i + k];
        }
    }

    private static void integerToInteger(
            DType from, Object x, int i, DType to, Object y, int j, int n) {
        boolean truth = to == DType.BOOL;
        for (int k = 0; k < n; k++) {
            long v = Numbers.integer(from, x, i + k);
            Numbers.setInteger(to, y, j + k, truth && v != 0 ? 1 : v);
        }
    }
}

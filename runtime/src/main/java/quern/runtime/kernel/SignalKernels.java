package quern.runtime.kernel;

import quern.op.signal.ComplexAbs;
import quern.op.signal.Imag;
import quern.op.signal.Real;
import quern.op.signal.Rfft2d;

/** Makes the kernels of transforms and of operators on complex numbers. */
final class SignalKernels {
    private SignalKernels() {}

    static Kernel rfft2d(Rfft2d op, Preparation p) {
        return new FourierF32(op, p);
    }

    static Kernel abs(ComplexAbs op, Preparation p) {
        Operand x = p.input(0);
        Operand y = p.output();
        return new MapKernel(
                "complexAbsF32",
                y.elements(),
                (arena, start, n) -> {
                    int from = x.offset(arena) + 2 * start;
                    abs(x.floats(arena), from, y.floats(arena), y.offset(arena) + start, n);
                });
    }

    private static void abs(float[] x, int from, float[] y, int to, int n) {
        for (int i = 0; i < n; i++) {
            float re = x[from + 2 * i];
            float im = x[from + 2 * i + 1];
            boolean infinite = Float.isInfinite(re) || Float.isInfinite(im);
            double root = Math.sqrt((double) re * re + (double) im * im);
            y[to + i] = infinite ? Float.POSITIVE_INFINITY : (float) root;
        }
    }

    static Kernel real(Real op, Preparation p) {
        return part("realF32", p, 0);
    }

    static Kernel imag(Imag op, Preparation p) {
        return part("imagF32", p, 1);
    }

    private static Kernel part(String name, Preparation p, int part) {
        Operand x = p.input(0);
        Operand y = p.output();
        return new MapKernel(
                name,
                y.elements(),
                (arena, start, n) -> {
                    int from = x.offset(arena) + 2 * start + part;
                    int to = y.offset(arena) + start;
                    for (int i = 0; i < n; i++) {
                        y.floats(arena)[to + i] = x.floats(arena)[from + 2 * i];
                    }
                });
    }
}

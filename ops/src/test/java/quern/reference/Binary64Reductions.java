package quern.reference;

import java.util.Arrays;
import quern.tensor.Ints;
import quern.tensor.Shape;

/** Reductions in binary64, element by element of the input. */
final class Binary64Reductions {
    /** Squares of larger numbers are no binary32 numbers. */
    private static final double LARGE = 1e37;

    private Binary64Reductions() {}

    static Binary64 sum(Ints axes, Shape x, double[] reals, Shape y) {
        double[] values = new double[y.elements()];
        double[] magnitudes = new double[values.length];
        for (int i = 0; i < reals.length; i++) {
            int at = result(axes, x, i);
            values[at] += reals[i];
            magnitudes[at] += Math.abs(reals[i]);
        }
        return new Binary64(values, magnitudes);
    }

    /** The largest element, of the reals multiplied by {@code sign}. */
    static Binary64 extreme(Ints axes, Shape x, double[] reals, Shape y, int sign) {
        double[] values = new double[y.elements()];
        Arrays.fill(values, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < reals.length; i++) {
            int at = result(axes, x, i);
            values[at] = Math.max(values[at], sign * reals[i]);
        }
        return new Binary64(
                Arrays.stream(values).map(v -> sign * v).toArray(),
                Arrays.stream(values).map(Math::abs).toArray());
    }

    static Binary64 l2(Shape x, double[] reals) {
        int length = x.dim(x.rank() - 1);
        double[] values = new double[reals.length];
        double[] magnitudes = new double[reals.length];
        for (int i = 0; i < reals.length; i++) {
            double squares = 0;
            for (int j = i - i % length; j < i - i % length + length; j++) {
                squares += reals[j] * reals[j];
            }
            values[i] = reals[i] / Math.max(Math.sqrt(squares), 1e-6);
            magnitudes[i] = squares < LARGE ? 1 : Double.POSITIVE_INFINITY;
        }
        return new Binary64(values, magnitudes);
    }

    static Binary64 layer(double epsilon, double[][] in) {
        double[] x = in[0];
        int n = in[1].length;
        double[] values = new double[x.length];
        double[] magnitudes = new double[x.length];
        for (int first = 0; n > 0 && first < x.length; first += n) {
            double mean = 0;
            double most = 0;
            for (int i = first; i < first + n; i++) {
                mean += x[i] / n;
                most = Math.max(most, Math.abs(x[i]));
            }
            double squares = 0;
            for (int i = first; i < first + n; i++) {
                squares += (x[i] - mean) * (x[i] - mean);
            }
            double inverse = 1 / Math.sqrt(squares / n + epsilon);
            double lost = most * inverse;
            for (int i = 0; i < n; i++) {
                double scaled = (x[first + i] - mean) * inverse * in[1][i];
                values[first + i] = scaled + in[2][i];
                magnitudes[first + i] =
                        Math.abs(scaled) * (1 + lost * lost)
                                + lost * Math.abs(in[1][i])
                                + Math.abs(in[2][i])
                                + (squares < LARGE ? 0 : Double.POSITIVE_INFINITY);
            }
        }
        return new Binary64(values, magnitudes);
    }

    /** The element of the result that element {@code i} goes to. */
    private static int result(Ints axes, Shape x, int i) {
        int at = 0;
        int stride = 1;
        int rest = i;
        for (int axis = x.rank() - 1; axis >= 0; axis--) {
            int coordinate = rest % x.dim(axis);
            int reducedAxis = axis;
            rest /= x.dim(axis);
            if (axes.stream().noneMatch(a -> a == reducedAxis)) {
                at += coordinate * stride;
                stride *= x.dim(axis);
            }
        }
        return at;
    }
}

package quern.simd;

import static quern.simd.Species.F;
import static quern.simd.Species.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import quern.numeric.Fma;
import quern.numeric.TreeSum;

/**
 * Reductions of rows. Sums are those of {@link TreeSum}: a lane is a partial sum, or one of 16
 * lanes of several vectors; the partial sums meet in scratch of 16 places.
 */
final class Sums {
    private static final int PARTIALS = TreeSum.PARTIALS;

    private Sums() {}

    /** The sum of {@code n} numbers; {@code scratch} has 16 places. */
    static float sum(float[] x, int at, int n, float[] scratch) {
        int whole = n - n % PARTIALS;
        for (int j = 0; j < PARTIALS; j += LANES) {
            partials(x, at + j, whole, scratch, j);
        }
        for (int i = whole; i < n; i++) {
            scratch[i - whole] += x[at + i];
        }
        return TreeSum.combine(scratch, 0);
    }

    private static void partials(float[] x, int at, int whole, float[] scratch, int j) {
        FloatVector sum = FloatVector.zero(F);
        for (int i = 0; i < whole; i += PARTIALS) {
            sum = sum.add(FloatVector.fromArray(F, x, at + i));
        }
        sum.intoArray(scratch, j);
    }

    /** The sum of squares of distances from a mean. */
    static float squares(float[] x, int at, int n, float mean, float[] scratch) {
        int whole = n - n % PARTIALS;
        for (int j = 0; j < PARTIALS; j += LANES) {
            squares(x, at + j, whole, mean, scratch, j);
        }
        for (int i = whole; i < n; i++) {
            float d = x[at + i] - mean;
            scratch[i - whole] = Fma.fma(d, d, scratch[i - whole]);
        }
        return TreeSum.combine(scratch, 0);
    }

    private static void squares(float[] x, int at, int whole, float mean, float[] scratch, int j) {
        FloatVector sum = FloatVector.zero(F);
        for (int i = 0; i < whole; i += PARTIALS) {
            FloatVector d = FloatVector.fromArray(F, x, at + i).sub(mean);
            sum = d.fma(d, sum);
        }
        sum.intoArray(scratch, j);
    }

    /** The largest number as {@link TreeSum#max} has it. */
    static float max(float[] x, int at, int n) {
        float max = Float.NEGATIVE_INFINITY;
        int i = 0;
        if (n >= LANES) {
            FloatVector all = FloatVector.fromArray(F, x, at);
            for (i = LANES; i <= n - LANES; i += LANES) {
                all = all.max(FloatVector.fromArray(F, x, at + i));
            }
            max = all.reduceLanes(VectorOperators.MAX);
        }
        for (; i < n; i++) {
            max = Math.max(max, x[at + i]);
        }
        return max;
    }

    /** {@code (x - mean) * inverse * scale + offset} from left to right. */
    static void normalize(
            float[] x,
            int at,
            int n,
            float mean,
            float inverse,
            float[] scale,
            int scaleAt,
            float[] offset,
            int offsetAt,
            float[] y,
            int to) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, x, at + i)
                    .sub(mean)
                    .mul(inverse)
                    .mul(FloatVector.fromArray(F, scale, scaleAt + i))
                    .add(FloatVector.fromArray(F, offset, offsetAt + i))
                    .intoArray(y, to + i);
        }
        for (; i < n; i++) {
            float normal = (x[at + i] - mean) * inverse;
            y[to + i] = normal * scale[scaleAt + i] + offset[offsetAt + i];
        }
    }
}

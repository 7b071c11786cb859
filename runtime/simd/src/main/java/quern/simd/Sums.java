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
        switch (PARTIALS / LANES) {
            case 1 -> partials1(x, at, whole, scratch);
            case 2 -> partials2(x, at, whole, scratch);
            default -> partials4(x, at, whole, scratch);
        }
        for (int i = whole; i < n; i++) {
            scratch[i - whole] += x[at + i];
        }
        return TreeSum.combine(scratch, 0);
    }

    private static void partials1(float[] x, int at, int whole, float[] scratch) {
        FloatVector s0 = FloatVector.zero(F);
        for (int i = at; i < at + whole; i += PARTIALS) {
            s0 = s0.add(FloatVector.fromArray(F, x, i));
        }
        s0.intoArray(scratch, 0);
    }

    private static void partials2(float[] x, int at, int whole, float[] scratch) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        for (int i = at; i < at + whole; i += PARTIALS) {
            s0 = s0.add(FloatVector.fromArray(F, x, i));
            s1 = s1.add(FloatVector.fromArray(F, x, i + LANES));
        }
        s0.intoArray(scratch, 0);
        s1.intoArray(scratch, LANES);
    }

    private static void partials4(float[] x, int at, int whole, float[] scratch) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        for (int i = at; i < at + whole; i += PARTIALS) {
            s0 = s0.add(FloatVector.fromArray(F, x, i));
            s1 = s1.add(FloatVector.fromArray(F, x, i + LANES));
            s2 = s2.add(FloatVector.fromArray(F, x, i + 2 * LANES));
            s3 = s3.add(FloatVector.fromArray(F, x, i + 3 * LANES));
        }
        s0.intoArray(scratch, 0);
        s1.intoArray(scratch, LANES);
        s2.intoArray(scratch, 2 * LANES);
        s3.intoArray(scratch, 3 * LANES);
    }

    /** The sum of squares of distances from a mean. */
    static float squares(float[] x, int at, int n, float mean, float[] scratch) {
        int whole = n - n % PARTIALS;
        switch (PARTIALS / LANES) {
            case 1 -> squares1(x, at, whole, mean, scratch);
            case 2 -> squares2(x, at, whole, mean, scratch);
            default -> squares4(x, at, whole, mean, scratch);
        }
        for (int i = whole; i < n; i++) {
            float d = x[at + i] - mean;
            scratch[i - whole] = Fma.fma(d, d, scratch[i - whole]);
        }
        return TreeSum.combine(scratch, 0);
    }

    private static void squares1(float[] x, int at, int whole, float mean, float[] scratch) {
        FloatVector s0 = FloatVector.zero(F);
        for (int i = at; i < at + whole; i += PARTIALS) {
            FloatVector d0 = FloatVector.fromArray(F, x, i).sub(mean);
            s0 = d0.fma(d0, s0);
        }
        s0.intoArray(scratch, 0);
    }

    private static void squares2(float[] x, int at, int whole, float mean, float[] scratch) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        for (int i = at; i < at + whole; i += PARTIALS) {
            FloatVector d0 = FloatVector.fromArray(F, x, i).sub(mean);
            s0 = d0.fma(d0, s0);
            FloatVector d1 = FloatVector.fromArray(F, x, i + LANES).sub(mean);
            s1 = d1.fma(d1, s1);
        }
        s0.intoArray(scratch, 0);
        s1.intoArray(scratch, LANES);
    }

    private static void squares4(float[] x, int at, int whole, float mean, float[] scratch) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        for (int i = at; i < at + whole; i += PARTIALS) {
            FloatVector d0 = FloatVector.fromArray(F, x, i).sub(mean);
            s0 = d0.fma(d0, s0);
            FloatVector d1 = FloatVector.fromArray(F, x, i + LANES).sub(mean);
            s1 = d1.fma(d1, s1);
            FloatVector d2 = FloatVector.fromArray(F, x, i + 2 * LANES).sub(mean);
            s2 = d2.fma(d2, s2);
            FloatVector d3 = FloatVector.fromArray(F, x, i + 3 * LANES).sub(mean);
            s3 = d3.fma(d3, s3);
        }
        s0.intoArray(scratch, 0);
        s1.intoArray(scratch, LANES);
        s2.intoArray(scratch, 2 * LANES);
        s3.intoArray(scratch, 3 * LANES);
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

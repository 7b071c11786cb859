package quern.quant.calibration;

import java.util.List;
import java.util.function.ToDoubleFunction;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.Range;

/** Ranges that leave out some of what was seen, chosen from a histogram. */
final class Clipping {
    private static final int STEPS = 64;
    private static final int ROUNDS = 2;

    private Clipping() {}

    /**
     * The range that leaves out no more than {@code (1 - part) / 2} of the numbers at each end, in
     * whole bins (Migacz, 8-bit inference with TensorRT, GTC 2017).
     *
     * @param part above 0, at most 1
     */
    static Range percentile(Statistics s, double part) {
        Range all = s.range().orElse(Range.ZERO);
        Histogram h = s.histogram();
        double most = h.total() * (1 - part) / 2;
        int first = 0;
        long below = 0;
        while (first < h.bins() - 1 && below + h.count(first) <= most) {
            below += h.count(first++);
        }
        int last = h.bins() - 1;
        long above = 0;
        while (last > first && above + h.count(last) <= most) {
            above += h.count(last--);
        }
        return limited(all, h.start(first), h.start(last) + h.width());
    }

    private static Range limited(Range all, double low, double high) {
        double min = Math.max(all.min(), Math.min(low, all.max()));
        return new Range(min, Math.max(min, Math.min(all.max(), high)));
    }

    /**
     * The range whose codes stand for the numbers with the least mean squared error (Banner et al.,
     * Post training 4-bit quantization of convolutional networks, 2019; here by search). Numbers
     * count as the middle of their bin.
     */
    static Range meanSquared(Statistics s, AffineScheme scheme) {
        return least(s, scheme, r -> error(s.histogram(), scheme, r));
    }

    /** Of equals the widest: first one factor for both ends is tried, then each end alone. */
    private static Range least(Statistics s, AffineScheme scheme, ToDoubleFunction<Range> measure) {
        Range all = s.range().orElse(Range.ZERO).withZero();
        Range best = all;
        double least = measure.applyAsDouble(best);
        for (int i = STEPS - 1; i > 0; i--) {
            double factor = (double) i / STEPS;
            Range r = new Range(all.min() * factor, all.max() * factor);
            double value = measure.applyAsDouble(r);
            if (value < least) {
                least = value;
                best = r;
            }
        }
        for (int round = 0; round < ROUNDS && !scheme.symmetric(); round++) {
            for (int i = STEPS; i > 0; i--) {
                double factor = (double) i / STEPS;
                Range lower = new Range(all.min() * factor, best.max());
                Range upper = new Range(best.min(), all.max() * factor);
                for (Range r : List.of(lower, upper)) {
                    double value = measure.applyAsDouble(r);
                    if (value < least) {
                        least = value;
                        best = r;
                    }
                }
            }
        }
        return best;
    }

    /** The sum of squared errors of all numbers under the codes of a range. */
    static double error(Histogram h, AffineScheme scheme, Range range) {
        var q = scheme.parameters(range);
        double scale = q.scale();
        int low = scheme.min() - q.zeroPoint();
        int high = scheme.max() - q.zeroPoint();
        double sum = 0;
        for (int i = 0; i < h.bins(); i++) {
            if (h.count(i) > 0) {
                // The bin that begins with zero holds mostly zeros.
                double x = i == Histogram.HALF ? 0 : h.start(i) + h.width() / 2;
                double code = Math.max(low, Math.min(high, Math.rint(x / scale)));
                double d = x - code * scale;
                sum += h.count(i) * d * d;
            }
        }
        return sum;
    }

    /**
     * The range whose quantized distribution tells the least of the real one, by the divergence of
     * Kullback and Leibler (Migacz, 8-bit inference with TensorRT, GTC 2017): for ever more bins
     * around zero, what lies outside is added to the outermost bins, and as many levels as the
     * scheme has share their counts among the bins that are not empty.
     */
    static Range entropy(Statistics s, AffineScheme scheme) {
        int levels = scheme.max() - scheme.min() + 1;
        return least(s, scheme, r -> divergence(s.histogram(), r, levels));
    }

    private static double divergence(Histogram h, Range range, int levels) {
        double width = h.width();
        if (width == 0) {
            return 0;
        }
        int first = Histogram.HALF + (int) Math.floor(range.min() / width);
        int last = Histogram.HALF + (int) Math.floor(range.max() / width);
        first = Math.max(0, first);
        last = Math.min(h.bins() - 1, last);
        int n = last - first + 1;
        double[] real = new double[n];
        double[] inside = new double[n];
        for (int i = 0; i < h.bins(); i++) {
            int at = Math.max(0, Math.min(n - 1, i - first));
            real[at] += h.count(i);
            inside[at] += i >= first && i <= last ? h.count(i) : 0;
        }
        if (n <= levels) {
            return clipped(real, inside);
        }
        double[] quantized = new double[n];
        for (int level = 0; level < levels; level++) {
            int from = (int) ((long) level * n / levels);
            int to = (int) ((long) (level + 1) * n / levels);
            double count = 0;
            int filled = 0;
            for (int i = from; i < to; i++) {
                count += inside[i];
                filled += real[i] > 0 ? 1 : 0;
            }
            for (int i = from; i < to; i++) {
                quantized[i] = real[i] > 0 ? count / filled : 0;
            }
        }
        return clipped(real, quantized);
    }

    private static double clipped(double[] p, double[] q) {
        double ps = 0;
        double qs = 0;
        for (int i = 0; i < p.length; i++) {
            ps += p[i];
            qs += q[i];
        }
        double sum = 0;
        for (int i = 0; i < p.length && ps > 0; i++) {
            if (p[i] > 0) {
                // A level without a number counts as a tiny one, so that the sum stays finite.
                double share = Math.max(q[i], 1e-4) / Math.max(qs, 1e-4);
                sum += p[i] / ps * StrictMath.log(p[i] / ps / share);
            }
        }
        return sum;
    }
}

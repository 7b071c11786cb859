package quern.quant.calibration;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.Extremes;
import quern.quant.affine.Range;
import quern.tensor.Tensor;

/**
 * What is known of one value over calibration samples: extremes, moments, a histogram, and the
 * moving average of extremes. Samples may be observed in shards that are merged afterwards; all but
 * the moving average is then exactly what one run would have learned, in whatever order. Used by
 * one thread.
 */
public final class Statistics {
    private long samples;
    private long elements;
    private Optional<Range> range = Optional.empty();
    private MovingAverage average;
    private Histogram histogram = new Histogram();
    private ExactSum sum = new ExactSum(false);
    private ExactSum squares = new ExactSum(true);
    private ExactSum widths = new ExactSum(false);
    private ExactSum squaredWidths = new ExactSum(true);

    /**
     * Statistics of nothing.
     *
     * @param momentum of the moving average, at least 0, below 1
     */
    public Statistics(double momentum) {
        this.average = new MovingAverage(momentum);
    }

    /**
     * Takes in the value of one more sample.
     *
     * @param real F32, every element finite; not kept
     * @throws IllegalArgumentException if an element is not finite
     */
    public void observe(Tensor real) {
        Optional<Range> seen = Extremes.of(real);
        samples++;
        if (seen.isEmpty()) {
            return;
        }
        float[] x = real.floats();
        int end = real.offset() + real.elements();
        for (int i = real.offset(); i < end; i++) {
            sum.add(x[i]);
            squares.add(x[i]);
        }
        histogram.add(x, real.offset(), real.elements());
        elements += real.elements();
        average.add(seen.get());
        range = union(range, seen);
        float width = (float) (seen.get().max() - seen.get().min());
        widths.add(Math.min(width, Float.MAX_VALUE));
        squaredWidths.add(Math.min(width, Float.MAX_VALUE));
    }

    private static Optional<Range> union(Optional<Range> a, Optional<Range> b) {
        return a.isPresent() && b.isPresent() ? Optional.of(a.get().union(b.get())) : a.or(() -> b);
    }

    /**
     * What this and later samples say together.
     *
     * @throws IllegalArgumentException if the moving averages have different momenta
     */
    public Statistics merge(Statistics later) {
        Statistics both = new Statistics(average.momentum());
        both.average = average.merge(later.average);
        both.samples = samples + later.samples;
        both.elements = elements + later.elements;
        both.range = union(range, later.range);
        both.histogram = histogram.merge(later.histogram);
        both.sum = sum.plus(later.sum);
        both.squares = squares.plus(later.squares);
        both.widths = widths.plus(later.widths);
        both.squaredWidths = squaredWidths.plus(later.squaredWidths);
        return both;
    }

    /** Number of samples taken in. */
    public long samples() {
        return samples;
    }

    /** Number of elements of all samples. */
    public long elements() {
        return elements;
    }

    /** The smallest and the largest element; empty if there was none. */
    public Optional<Range> range() {
        return range;
    }

    /** The moving average of extremes; empty if there was no element. */
    public Optional<Range> averageRange() {
        return average.range();
    }

    public Histogram histogram() {
        return histogram;
    }

    /** The mean of all elements; 0 without any. */
    public double mean() {
        return elements == 0 ? 0 : sum.value() / elements;
    }

    /** The mean of the squares of all elements; 0 without any. */
    public double power() {
        return elements == 0 ? 0 : squares.value() / elements;
    }

    /** The mean squared distance from the mean. */
    public double variance() {
        return Math.max(0, power() - mean() * mean());
    }

    /** The mean squared error of the elements when codes of a range stand for them. */
    public double noise(AffineScheme scheme, Range of) {
        return elements == 0 ? 0 : Clipping.error(histogram, scheme, of) / elements;
    }

    /**
     * How far ranges are from settled: the standard error of the mean width of a sample's range, as
     * part of that mean. 0 for constant widths, infinite for a single sample.
     */
    public double convergence() {
        if (samples < 2) {
            return Double.POSITIVE_INFINITY;
        }
        double mean = widths.value() / samples;
        double variance = Math.max(0, squaredWidths.value() / samples - mean * mean);
        return mean == 0 ? 0 : Math.sqrt(variance / (samples - 1)) / mean;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(samples);
        out.writeLong(elements);
        out.writeBoolean(range.isPresent());
        if (range.isPresent()) {
            out.writeDouble(range.get().min());
            out.writeDouble(range.get().max());
        }
        average.write(out);
        histogram.write(out);
        sum.write(out);
        squares.write(out);
        widths.write(out);
        squaredWidths.write(out);
    }

    static Statistics read(DataInput in) throws IOException {
        long samples = in.readLong();
        long elements = in.readLong();
        if (samples < 0 || elements < 0) {
            throw new IOException("a number of samples is negative");
        }
        Optional<Range> range = Optional.empty();
        if (in.readBoolean()) {
            double min = in.readDouble();
            double max = in.readDouble();
            try {
                range = Optional.of(new Range(min, max));
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        MovingAverage average = MovingAverage.read(in);
        Statistics s = new Statistics(average.momentum());
        s.samples = samples;
        s.elements = elements;
        s.range = range;
        s.average = average;
        s.histogram = Histogram.read(in);
        s.sum = ExactSum.read(false, in);
        s.squares = ExactSum.read(true, in);
        s.widths = ExactSum.read(false, in);
        s.squaredWidths = ExactSum.read(true, in);
        return s;
    }

    @Override
    public String toString() {
        return "statistics of " + elements + " elements of " + samples + " samples";
    }
}

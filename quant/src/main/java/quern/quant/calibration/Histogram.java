package quern.quant.calibration;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Counts of finite numbers in bins of one width, a power of two: number {@code x} is in bin {@code
 * floor(x / width)}. The width is the smallest with which all numbers lie in the 8,192 bins around
 * zero. A larger number doubles it, and two bins become one, so that counts are exact and depend
 * neither on the order of numbers nor on how histograms are merged.
 */
public final class Histogram {
    /** Bins on each side of zero. */
    static final int HALF = 4096;

    private static final int NONE = Integer.MIN_VALUE;
    private static final int LEAST_EXPONENT = -180;
    private static final int MOST_EXPONENT = 127;

    private final long[] counts = new long[2 * HALF];
    private int exponent = NONE;

    /** A histogram of nothing. */
    public Histogram() {}

    /** Counts {@code n} finite numbers. */
    public void add(float[] x, int offset, int n) {
        float low = 0;
        float high = 0;
        for (int i = offset; i < offset + n; i++) {
            low = Math.min(low, x[i]);
            high = Math.max(high, x[i]);
        }
        if (n > 0) {
            widen(Math.max(exponent(low), exponent(high)));
        }
        double perBin = Math.scalb(1.0, -exponent);
        for (int i = offset; i < offset + n; i++) {
            counts[HALF + (int) Math.floor(x[i] * perBin)]++;
        }
    }

    /** The smallest exponent of a width with which a number is in one of the bins. */
    private static int exponent(float x) {
        if (x == 0) {
            return LEAST_EXPONENT;
        }
        int e = Math.max(LEAST_EXPONENT, Math.getExponent(x) - 12);
        while (Math.floor(x / Math.scalb(1.0, e)) >= HALF
                || Math.floor(x / Math.scalb(1.0, e)) < -HALF) {
            e++;
        }
        return e;
    }

    private void widen(int wanted) {
        if (exponent == NONE) {
            exponent = wanted;
        }
        for (; exponent < wanted; exponent++) {
            long[] old = counts.clone();
            Arrays.fill(counts, 0);
            for (int i = -HALF; i < HALF; i++) {
                counts[HALF + Math.floorDiv(i, 2)] += old[HALF + i];
            }
            if (Arrays.stream(old).allMatch(c -> c == 0)) {
                exponent = wanted;
                return;
            }
        }
    }

    /** The histogram of the numbers of both. */
    public Histogram merge(Histogram other) {
        Histogram both = new Histogram();
        if (exponent == NONE && other.exponent == NONE) {
            return both;
        }
        both.take(this, Math.max(exponent, other.exponent));
        both.take(other, both.exponent);
        return both;
    }

    private void take(Histogram from, int wanted) {
        Histogram wide = new Histogram();
        wide.exponent = from.exponent;
        System.arraycopy(from.counts, 0, wide.counts, 0, counts.length);
        wide.widen(wanted);
        exponent = wanted;
        for (int i = 0; i < counts.length; i++) {
            counts[i] += wide.counts[i];
        }
    }

    /** Bins from the lowest to the highest. */
    int bins() {
        return counts.length;
    }

    /** How many numbers are in bin {@code i}, counted from the lowest. */
    long count(int i) {
        return counts[i];
    }

    /** The width of a bin; 0 if there is no number. */
    public double width() {
        return exponent == NONE ? 0 : Math.scalb(1.0, exponent);
    }

    /** The lower end of bin {@code i}, counted from the lowest. */
    double start(int i) {
        return (i - HALF) * width();
    }

    /** How many numbers there are. */
    public long total() {
        return Arrays.stream(counts).sum();
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(exponent);
        int first = 0;
        int last = counts.length;
        while (first < last && counts[first] == 0) {
            first++;
        }
        while (last > first && counts[last - 1] == 0) {
            last--;
        }
        out.writeInt(first);
        out.writeInt(last);
        for (int i = first; i < last; i++) {
            out.writeLong(counts[i]);
        }
    }

    static Histogram read(DataInput in) throws IOException {
        Histogram h = new Histogram();
        h.exponent = in.readInt();
        int first = in.readInt();
        int last = in.readInt();
        boolean none = h.exponent == NONE;
        boolean bounds = h.exponent >= LEAST_EXPONENT && h.exponent <= MOST_EXPONENT;
        if (!(none || bounds) || first < 0 || last < first || last > h.counts.length) {
            throw new IOException("the bins of a histogram are out of bounds");
        }
        for (int i = first; i < last; i++) {
            h.counts[i] = in.readLong();
            if (h.counts[i] < 0) {
                throw new IOException("bin " + i + " of a histogram has a negative count");
            }
        }
        return h;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Histogram h
                && h.exponent == exponent
                && Arrays.equals(h.counts, counts);
    }

    @Override
    public int hashCode() {
        return 31 * exponent + Arrays.hashCode(counts);
    }
}

package quern.quant.affine;

/**
 * A closed interval of real numbers.
 *
 * @param min lower end, finite in binary32
 * @param max upper end, finite in binary32, not below {@code min}
 */
public record Range(double min, double max) {
    /** The range that holds only 0. */
    public static final Range ZERO = new Range(0, 0);

    public Range {
        if (!(min <= max) || Math.abs(min) > Float.MAX_VALUE || Math.abs(max) > Float.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a range needs two finite binary32 ends in order, not " + min + ".." + max);
        }
    }

    /** The smallest range that holds both. */
    public Range union(Range other) {
        return new Range(Math.min(min, other.min), Math.max(max, other.max));
    }

    /** The smallest range that holds this one and 0. */
    public Range withZero() {
        return union(ZERO);
    }

    /** The largest magnitude in the range. */
    public double magnitude() {
        return Math.max(Math.abs(min), Math.abs(max));
    }

    /** Whether all of {@code other} lies in this range. */
    public boolean contains(Range other) {
        return min <= other.min && other.max <= max;
    }
}

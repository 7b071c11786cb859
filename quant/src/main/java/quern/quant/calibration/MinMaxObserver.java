package quern.quant.calibration;

import java.util.Optional;
import quern.quant.affine.Extremes;
import quern.quant.affine.Range;
import quern.tensor.Tensor;

/**
 * The smallest and the largest element of all samples. Merging is exact, associative and
 * commutative.
 */
public final class MinMaxObserver implements Observer {
    private long samples;
    private Optional<Range> range = Optional.empty();

    /** An observer that has seen nothing. */
    public MinMaxObserver() {}

    @Override
    public void observe(Tensor real) {
        samples++;
        range = union(range, Extremes.of(real));
    }

    @Override
    public long samples() {
        return samples;
    }

    @Override
    public Optional<Range> range() {
        return range;
    }

    @Override
    public Observer merge(Observer later) {
        if (!(later instanceof MinMaxObserver other)) {
            throw new IllegalArgumentException("a min-max observer cannot be merged with " + later);
        }
        MinMaxObserver both = new MinMaxObserver();
        both.samples = samples + other.samples;
        both.range = union(range, other.range);
        return both;
    }

    private static Optional<Range> union(Optional<Range> a, Optional<Range> b) {
        return a.isPresent() && b.isPresent() ? Optional.of(a.get().union(b.get())) : a.or(() -> b);
    }

    @Override
    public String toString() {
        return "min-max observer of " + samples + " samples";
    }
}

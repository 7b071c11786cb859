package quern.quant.calibration;

import java.util.Optional;
import quern.quant.affine.Extremes;
import quern.quant.affine.Range;
import quern.tensor.Tensor;

/**
 * Exponential moving averages of each sample's smallest and largest element, so that single
 * outliers count little: with momentum {@code m} and extremes {@code x[0] .. x[n-1]} in order,
 * {@code sum (1-m) m^(n-1-i) x[i] / (1 - m^n)}. The divisor makes a constant average to itself from
 * the first sample on (Kingma and Ba, Adam, section 3).
 *
 * <p>The order of samples matters. Merging two runs gives what one run over both in that order
 * would give, up to rounding; it is associative up to rounding and not commutative. Samples without
 * elements are counted, not averaged.
 */
public final class MovingAverageObserver implements Observer {
    private final double momentum;
    private long samples;
    private double weight;
    private double min;
    private double max;

    /**
     * @param momentum the part of the average that stays with each sample, at least 0, below 1
     */
    public MovingAverageObserver(double momentum) {
        checkMomentum(momentum);
        this.momentum = momentum;
    }

    static void checkMomentum(double momentum) {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException(
                    "the momentum of a moving average is at least 0 and below 1, not " + momentum);
        }
    }

    @Override
    public void observe(Tensor real) {
        samples++;
        Extremes.of(real)
                .ifPresent(
                        r -> {
                            min = momentum * min + (1 - momentum) * r.min();
                            max = momentum * max + (1 - momentum) * r.max();
                            weight = momentum * weight + (1 - momentum);
                        });
    }

    @Override
    public long samples() {
        return samples;
    }

    @Override
    public Optional<Range> range() {
        return weight == 0 ? Optional.empty() : Optional.of(new Range(min / weight, max / weight));
    }

    @Override
    public Observer merge(Observer later) {
        if (!(later instanceof MovingAverageObserver other) || other.momentum != momentum) {
            throw new IllegalArgumentException(
                    "a moving average with momentum "
                            + momentum
                            + " cannot be merged with "
                            + later);
        }
        MovingAverageObserver both = new MovingAverageObserver(momentum);
        double decay = 1 - other.weight;
        both.samples = samples + other.samples;
        both.weight = decay * weight + other.weight;
        both.min = decay * min + other.min;
        both.max = decay * max + other.max;
        return both;
    }

    @Override
    public String toString() {
        return "moving average of " + samples + " samples with momentum " + momentum;
    }
}

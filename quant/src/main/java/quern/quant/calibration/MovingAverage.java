package quern.quant.calibration;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import quern.quant.affine.Range;

/**
 * Exponential moving averages of each sample's smallest and largest element, so that single
 * outliers count little: with momentum {@code m} and extremes {@code x[0] .. x[n-1]} in order,
 * {@code sum (1-m) m^(n-1-i) x[i] / (1 - m^n)}. The divisor makes a constant average to itself from
 * the first sample on (Kingma and Ba, Adam, section 3).
 *
 * <p>The order of samples matters. Merging two runs gives what one run over both in that order
 * would give, up to rounding; it is associative up to rounding and not commutative.
 */
final class MovingAverage {
    private final double momentum;
    private double weight;
    private double min;
    private double max;

    /**
     * @param momentum the part of the average that stays with each sample, at least 0, below 1
     */
    MovingAverage(double momentum) {
        checkMomentum(momentum);
        this.momentum = momentum;
    }

    static void checkMomentum(double momentum) {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException(
                    "the momentum of a moving average is at least 0 and below 1, not " + momentum);
        }
    }

    double momentum() {
        return momentum;
    }

    void add(Range sample) {
        min = momentum * min + (1 - momentum) * sample.min();
        max = momentum * max + (1 - momentum) * sample.max();
        weight = momentum * weight + (1 - momentum);
    }

    /** Empty before the first sample. */
    Optional<Range> range() {
        return weight == 0 ? Optional.empty() : Optional.of(new Range(min / weight, max / weight));
    }

    MovingAverage merge(MovingAverage later) {
        if (later.momentum != momentum) {
            throw new IllegalArgumentException(
                    "moving averages with momentum "
                            + momentum
                            + " and "
                            + later.momentum
                            + " cannot be merged");
        }
        MovingAverage both = new MovingAverage(momentum);
        double decay = 1 - later.weight;
        both.weight = decay * weight + later.weight;
        both.min = decay * min + later.min;
        both.max = decay * max + later.max;
        return both;
    }

    void write(DataOutput out) throws IOException {
        out.writeDouble(momentum);
        out.writeDouble(weight);
        out.writeDouble(min);
        out.writeDouble(max);
    }

    static MovingAverage read(DataInput in) throws IOException {
        double momentum = in.readDouble();
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IOException("the momentum of a moving average is " + momentum);
        }
        MovingAverage a = new MovingAverage(momentum);
        a.weight = in.readDouble();
        a.min = in.readDouble();
        a.max = in.readDouble();
        if (!(a.weight >= 0 && a.weight <= 1 && a.min <= a.max)) {
            throw new IOException("a moving average is out of bounds");
        }
        return a;
    }
}

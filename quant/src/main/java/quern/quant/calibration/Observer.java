package quern.quant.calibration;

import java.util.Optional;
import quern.quant.affine.Range;
import quern.tensor.Tensor;

/**
 * Statistics of one value over calibration samples. Used by one thread; samples may be observed in
 * shards whose observers are merged afterwards.
 */
public sealed interface Observer permits MinMaxObserver, MovingAverageObserver {
    /**
     * Takes in the value of one more sample.
     *
     * @param real F32, every element finite; not kept
     */
    void observe(Tensor real);

    /** Number of samples taken in. */
    long samples();

    /** The range to quantize for; empty if no element was observed. */
    Optional<Range> range();

    /**
     * A new observer that knows what this one and {@code later} know.
     *
     * @param later an observer of the same kind; where order matters, its samples came after those
     *     of this one
     * @throws IllegalArgumentException if it is of another kind
     */
    Observer merge(Observer later);
}

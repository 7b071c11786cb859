package quern.quant.calibration;

import quern.numeric.ShortestDecimal;

/**
 * How the range of a value is chosen from calibration samples.
 *
 * <p>{@link #label()} is the word on the command line and in a model's metadata, {@link
 * #parse(String)} reads it.
 */
public sealed interface RangeMethod {
    /** The smallest and the largest element seen. */
    record MinMax() implements RangeMethod {
        @Override
        public String label() {
            return "minmax";
        }

        @Override
        public Observer observer() {
            return new MinMaxObserver();
        }
    }

    /**
     * The average of each sample's smallest and largest element.
     *
     * @param momentum see {@link MovingAverageObserver}
     */
    record MovingAverage(float momentum) implements RangeMethod {
        /** The momentum of the word {@code average} alone. */
        public static final float DEFAULT_MOMENTUM = 0.99f;

        public MovingAverage {
            MovingAverageObserver.checkMomentum(momentum);
        }

        @Override
        public String label() {
            return momentum == DEFAULT_MOMENTUM
                    ? "average"
                    : "average:" + ShortestDecimal.print(momentum);
        }

        @Override
        public Observer observer() {
            return new MovingAverageObserver(momentum);
        }
    }

    /** The word for this method. */
    String label();

    /** A new observer that has seen nothing. */
    Observer observer();

    /**
     * The method of a word: {@code minmax}, {@code average} or {@code average:MOMENTUM}.
     *
     * @throws IllegalArgumentException for any other word; the message lists the known ones
     */
    static RangeMethod parse(String label) {
        if (label.equals("minmax")) {
            return new MinMax();
        } else if (label.equals("average")) {
            return new MovingAverage(MovingAverage.DEFAULT_MOMENTUM);
        } else if (label.startsWith("average:")) {
            return average(label);
        }
        throw new IllegalArgumentException(
                "unknown calibration method '"
                        + label
                        + "'; known are minmax, average and average:MOMENTUM");
    }

    private static RangeMethod average(String label) {
        try {
            return new MovingAverage(ShortestDecimal.parseFloat(label.substring(8)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the momentum in '" + label + "' is not a number", e);
        }
    }
}

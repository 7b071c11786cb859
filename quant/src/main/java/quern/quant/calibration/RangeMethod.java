package quern.quant.calibration;

import quern.numeric.ShortestDecimal;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.Range;

/**
 * How the range of a value is chosen from the {@link Statistics} of calibration samples.
 *
 * <p>{@link #label()} is the word on the command line and in a model's metadata, {@link
 * #parse(String)} reads it.
 */
public sealed interface RangeMethod {
    /** The momentum of the moving average of every calibration that does not ask for another. */
    float DEFAULT_MOMENTUM = 0.99f;

    /** The smallest and the largest element seen. */
    record MinMax() implements RangeMethod {
        @Override
        public String label() {
            return "minmax";
        }

        @Override
        public Range choose(Statistics s, AffineScheme scheme) {
            return s.range().orElse(Range.ZERO);
        }
    }

    /**
     * The exponential moving average of each sample's smallest and largest element.
     *
     * @param momentum the part of the average that stays with each sample, at least 0, below 1
     */
    record Average(float momentum) implements RangeMethod {
        public Average {
            MovingAverage.checkMomentum(momentum);
        }

        @Override
        public String label() {
            return momentum == DEFAULT_MOMENTUM
                    ? "average"
                    : "average:" + ShortestDecimal.print(momentum);
        }

        @Override
        public Range choose(Statistics s, AffineScheme scheme) {
            return s.averageRange().orElse(Range.ZERO);
        }
    }

    /**
     * All but the outermost numbers, as many at each end.
     *
     * @param percent of the numbers that are in, above 50, at most 100
     */
    record Percentile(float percent) implements RangeMethod {
        public Percentile {
            if (!(percent > 50 && percent <= 100)) {
                throw new IllegalArgumentException(
                        "a percentile is above 50 and at most 100, not " + percent);
            }
        }

        @Override
        public String label() {
            return "percentile:" + ShortestDecimal.print(percent);
        }

        @Override
        public Range choose(Statistics s, AffineScheme scheme) {
            return Clipping.percentile(s, percent / 100.0);
        }
    }

    /** The least divergence of Kullback and Leibler. */
    record Entropy() implements RangeMethod {
        @Override
        public String label() {
            return "entropy";
        }

        @Override
        public Range choose(Statistics s, AffineScheme scheme) {
            return Clipping.entropy(s, scheme);
        }
    }

    /** The least mean squared error. */
    record MeanSquared() implements RangeMethod {
        @Override
        public String label() {
            return "mse";
        }

        @Override
        public Range choose(Statistics s, AffineScheme scheme) {
            return Clipping.meanSquared(s, scheme);
        }
    }

    /** The word for this method. */
    String label();

    /**
     * The range to quantize a value for; {@link Range#ZERO} for a value without elements.
     *
     * @param scheme the codes that will stand for it
     */
    Range choose(Statistics statistics, AffineScheme scheme);

    /** The momentum that statistics must have been gathered with. */
    default float momentum() {
        return this instanceof Average a ? a.momentum() : DEFAULT_MOMENTUM;
    }

    /**
     * The method of a word: {@code minmax}, {@code average}, {@code average:MOMENTUM}, {@code
     * percentile:PERCENT}, {@code entropy} or {@code mse}.
     *
     * @throws IllegalArgumentException for any other word; the message lists the known ones
     */
    static RangeMethod parse(String label) {
        int colon = label.indexOf(':');
        String argument = label.substring(colon + 1);
        return switch (colon < 0 ? label : label.substring(0, colon + 1)) {
            case "minmax" -> new MinMax();
            case "average" -> new Average(DEFAULT_MOMENTUM);
            case "average:" -> new Average(number(argument, label));
            case "percentile:" -> new Percentile(number(argument, label));
            case "entropy" -> new Entropy();
            case "mse" -> new MeanSquared();
            default ->
                    throw new IllegalArgumentException(
                            "unknown calibration method '"
                                    + label
                                    + "'; known are minmax, average, average:MOMENTUM,"
                                    + " percentile:PERCENT, entropy and mse");
        };
    }

    private static float number(String argument, String label) {
        try {
            return ShortestDecimal.parseFloat(argument);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + argument + "' in '" + label + "' is not a number", e);
        }
    }
}

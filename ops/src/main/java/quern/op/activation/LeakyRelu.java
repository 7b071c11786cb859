package quern.op.activation;

import quern.error.ShapeException;
import quern.op.Attributes;

/**
 * Elementwise x where x is not negative, else {@code alpha * x}; codes may be rescaled.
 *
 * @param alpha the slope of the negative half, finite
 */
public record LeakyRelu(float alpha) implements ActivationFunction {
    public LeakyRelu {
        if (!Float.isFinite(alpha)) {
            throw new ShapeException("the slope of a leaky relu must be finite, not " + alpha);
        }
    }

    @Override
    public void write(Attributes a) {
        a.put("alpha", alpha);
    }

    /** Restores what {@link #write} wrote. */
    public static LeakyRelu read(Attributes a) {
        return new LeakyRelu(a.real("alpha"));
    }
}

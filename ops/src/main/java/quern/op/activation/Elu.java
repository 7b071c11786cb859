package quern.op.activation;

import quern.error.ShapeException;
import quern.numeric.Expm1f;
import quern.op.Attributes;
import quern.op.UnaryMath;

/**
 * Elementwise x where x is not negative, else {@code alpha * (e^x - 1)}.
 *
 * @param alpha minus the limit of the negative half, finite
 */
public record Elu(float alpha) implements UnaryMath {
    public Elu {
        if (!Float.isFinite(alpha)) {
            throw new ShapeException("the limit of an elu must be finite, not " + alpha);
        }
    }

    @Override
    public float apply(float x) {
        return x < 0 ? alpha * Expm1f.expm1(x) : x;
    }

    @Override
    public void write(Attributes a) {
        if (alpha != 1) {
            a.put("alpha", alpha);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static Elu read(Attributes a) {
        return new Elu(a.real("alpha", 1));
    }
}

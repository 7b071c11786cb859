package quern.op.activation;

import quern.numeric.Erff;
import quern.numeric.Tanhf;
import quern.op.Attributes;
import quern.op.UnaryMath;

/**
 * Elementwise {@code x (1 + erf(x / sqrt(2))) / 2}; NaN for negative infinity.
 *
 * @param approximate take {@code x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 * x * x * x)))} for it,
 *     in binary32 from left to right
 */
public record Gelu(boolean approximate) implements UnaryMath {
    private static final float SQRT_2_OVER_PI = 0.7978846f;
    private static final float CUBIC = 0.044715f;

    @Override
    public float apply(float x) {
        if (!approximate) {
            return Erff.gelu(x);
        }
        return 0.5f * x * (1 + Tanhf.tanh(SQRT_2_OVER_PI * (x + CUBIC * x * x * x)));
    }

    @Override
    public void write(Attributes a) {
        if (approximate) {
            a.put("approximate", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static Gelu read(Attributes a) {
        return new Gelu(a.flag("approximate", false));
    }
}

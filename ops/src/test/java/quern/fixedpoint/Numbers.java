package quern.fixedpoint;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.RandomDistribution;

/** Arbitrary floats and codes over all bits; powers of two, which make ties, are frequent. */
final class Numbers {
    private Numbers() {}

    /** Positive floats, every bit pattern of the range alike, and the powers of two in it. */
    static Arbitrary<Float> between(float min, float max) {
        Arbitrary<Float> any =
                Arbitraries.integers()
                        .between(Float.floatToIntBits(min), Float.floatToIntBits(max))
                        .withDistribution(RandomDistribution.uniform())
                        .map(Float::intBitsToFloat);
        Arbitrary<Float> powers =
                Arbitraries.integers()
                        .between(Math.getExponent(min) + 1, Math.getExponent(max))
                        .map(e -> Math.scalb(1f, e));
        return Arbitraries.oneOf(any, any, powers);
    }

    /** Floats of either sign and every bit pattern, NaN and infinities included. */
    static Arbitrary<Float> anyFloat() {
        return Arbitraries.integers()
                .withDistribution(RandomDistribution.uniform())
                .map(Float::intBitsToFloat);
    }

    /** Codes of 8 bits, the extremes and those near zero frequent. */
    static Arbitrary<Integer> codes() {
        return Arbitraries.oneOf(
                Arbitraries.integers()
                        .between(-128, 127)
                        .withDistribution(RandomDistribution.uniform()),
                Arbitraries.of(-128, -127, -1, 0, 1, 126, 127));
    }

    static Arbitrary<RoundingMode> modes() {
        return Arbitraries.of(RoundingMode.class);
    }
}

package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ConcatRescaleTest {
    @Provide
    Arbitrary<Float> scales() {
        return Numbers.between(0x1p-8f, 1);
    }

    @Property(seed = "91", tries = 20000)
    void isTheExactDefinition(
            @ForAll("scales") float in,
            @ForAll("scales") float out,
            @ForAll @IntRange(max = 255) int zeroIn,
            @ForAll @IntRange(max = 255) int zeroOut,
            @ForAll @IntRange(max = 255) int q) {
        float inverse = 1 / out;
        float factor = Exact.binary32(Exact.of(in).multiply(Exact.of(inverse)));
        float offset = Exact.binary32(Exact.of((long) -zeroIn).multiply(Exact.of(factor)));
        float scaled = Exact.binary32(Exact.of((long) q).multiply(Exact.of(factor)));
        float sum = Exact.binary32(Exact.of(scaled).add(Exact.of(offset)));
        BigInteger code = Exact.tiesAway(Exact.of(sum)).add(BigInteger.valueOf(zeroOut));
        ConcatRescale rescale = ConcatRescale.of(in, zeroIn, out, zeroOut, 0, 255);
        assertEquals(Exact.clamp(code, 0, 255), rescale.apply(q));
        assertEquals(zeroOut, rescale.apply(zeroIn));
    }

    @Test
    void tiesGoAwayFromZero() {
        ConcatRescale half = ConcatRescale.of(0.5f, 10, 1, 100, 0, 255);
        assertEquals(101, half.apply(11));
        assertEquals(99, half.apply(9));
        assertEquals(102, half.apply(13));
        assertEquals(0, ConcatRescale.of(100, 255, 1, 100, 0, 255).apply(0));
    }

    @Test
    void scalesBeyondBinary32AreRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> ConcatRescale.of(3e38f, 0, 0.1f, 0, 0, 255));
        assertThrows(IllegalArgumentException.class, () -> ConcatRescale.of(0, 0, 1, 0, 0, 255));
    }
}

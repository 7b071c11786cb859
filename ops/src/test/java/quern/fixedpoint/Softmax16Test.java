package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class Softmax16Test {
    private static double rounded(double x) {
        return x < 0 ? Math.ceil(x - 0.5) : Math.floor(x + 0.5);
    }

    /**
     * An entry by the formula, with a function that binary64 computes and rounds; the rest in
     * binary32.
     */
    private static int entry(int i, float lo, float hi, DoubleUnaryOperator f) {
        float step = (hi - lo) / 512;
        float unit = 2f / 65535;
        float k = 65536 / (unit * 32767 - unit * -32768);
        if (i == 512) {
            return (int) Math.min(rounded((float) f.applyAsDouble(hi) * k), 32767);
        }
        float here = (float) f.applyAsDouble(lo + i * step) * k;
        float next = (float) f.applyAsDouble(lo + (i + 1) * step) * k;
        float middle = (float) f.applyAsDouble(lo + i * step + step / 2) * k;
        double chord = rounded((float) (next + rounded(here)) / 2);
        double bent = chord - rounded(middle);
        return (int) Math.min(rounded(here) - rounded(bent / 2), 32767);
    }

    @Test
    void tablesFollowTheFormula() {
        float s = 10f / 65535;
        float u = 1f / 65535;
        for (int i = 0; i <= 512; i++) {
            int exp = entry(i, s * -65535, s * 0, StrictMath::exp);
            assertEquals(exp, Softmax16.expEntry(i), "exp " + i);
            int reciprocal = entry(i, u * 0, u * 65535, x -> 1 / (1 + x));
            assertEquals(reciprocal, Softmax16.reciprocalEntry(i), "1/(1+x) " + i);
        }
    }

    @Test
    void exponentialsAreNearTheRealOnes() {
        for (float scale : new float[] {1e-5f, 1e-4f, 8f / 32767, 0.01f}) {
            Softmax16 softmax = Softmax16.of(1, scale, RoundingMode.DOUBLE);
            for (int d = -65535; d <= 0; d += 7) {
                // A code is 5 units where the slope is 1: half of one is lost when the argument is
                // rounded, up to one since 512 steps span 65535 codes, not 65536.
                double real = 32768 * StrictMath.exp(Math.max(d * (double) scale, -10));
                double bound = 2.5 + 7.5 * real / 32768;
                assertEquals(real, softmax.exp(d), bound, scale + " * " + d);
            }
        }
    }

    @Test
    void quotientsAreNearTheRealOnes() {
        for (int sum = 32767; sum > 0 && sum < Integer.MAX_VALUE / 3 * 2; sum += sum / 7 + 1) {
            int reciprocal = Softmax16.reciprocal(sum);
            for (int e : new int[] {0, 1, 100, 9999, 32766, 32767}) {
                double real = 32768.0 * e / sum;
                int q = Softmax16.quotient(e, sum, reciprocal);
                assertEquals(Math.min(real, 32767), q, 0.51 + real / 10000, e + " / " + sum);
            }
        }
    }

    @Test
    void aRowOfManyElementsSaturatesItsSum() {
        int sum = Integer.MAX_VALUE;
        assertEquals(0, Softmax16.quotient(32767, sum, Softmax16.reciprocal(sum)));
        assertTrue(Softmax16.of(1, 1e30f, RoundingMode.SINGLE).exp(-1) <= 2);
    }
}

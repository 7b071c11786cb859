package quern.numeric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TreeProductTest {
    @Test
    void multipliesInTheOrderOfTheTree() {
        Random random = new Random(7);
        for (int count : new int[] {0, 1, 2, 15, 16, 17, 40, 333}) {
            float[] x = new float[3 + 2 * count];
            for (int i = 0; i < x.length; i++) {
                x[i] = 0.5f + random.nextFloat();
            }
            float[] p = new float[TreeSum.PARTIALS];
            Arrays.fill(p, 1);
            for (int i = 0; i < count; i++) {
                p[i & 15] *= x[3 + 2 * i];
            }
            for (int half = 8; half > 0; half /= 2) {
                for (int j = 0; j < half; j++) {
                    p[j] *= p[j + half];
                }
            }
            assertEquals(p[0], TreeProduct.product(x, 3, 2, count), "of " + count);
        }
    }
}

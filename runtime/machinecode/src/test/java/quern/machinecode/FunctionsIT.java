package quern.machinecode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.ScalarMicrokernels;

/** Functions of numbers give the bits of plain loops, and nothing else is written. */
class FunctionsIT {
    private static final float[] SPECIAL = {
        0f,
        -0f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        88.7f,
        88.8f,
        -87.4f,
        -103.9f,
        -104.1f
    };

    private final Microkernels plain = new ScalarMicrokernels();
    private final Random random = new Random(17);
    private Microkernels machine;

    @BeforeEach
    void prepare() {
        MachineCodeProvider provider = new MachineCodeProvider();
        Assumptions.assumeTrue(provider.refusal().isEmpty());
        machine = provider.over(plain);
    }

    @Test
    void everyLength() {
        for (int n = 0; n < 100; n++) {
            same(n, 10, 0);
            same(n, 200, 0.1);
            rows(n, 5, 0);
            rows(n, 300, 0.02);
        }
        same(200_003, 90, 0.001);
        rows(70_001, 4, 0);
    }

    @Test
    void manyNumbers() {
        for (int i = 0; i < 100; i++) {
            float[] x = new float[1 << 14];
            for (int k = 0; k < x.length; k++) {
                x[k] = Float.intBitsToFloat(random.nextInt());
            }
            same(x, 0, x.length);
        }
    }

    private float[] numbers(int n, float range, double special) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] =
                    random.nextDouble() < special
                            ? SPECIAL[random.nextInt(SPECIAL.length)]
                            : (random.nextFloat() - 0.5f) * range;
        }
        return x;
    }

    private void same(int n, float range, double special) {
        int at = random.nextInt(20);
        same(numbers(n + at, range, special), at, n);
    }

    private void same(float[] x, int at, int n) {
        int to = random.nextInt(20);
        float[] expected = numbers(to + n + 20, 1, 0);
        float[] actual = expected.clone();
        plain.sigmoidF32(x, at, expected, to, n);
        machine.sigmoidF32(x, at, actual, to, n);
        assertArrayEquals(expected, actual, "sigmoid of " + n);
        plain.expF32(x, at, 0.3f, 1.1f, expected, to, n);
        machine.expF32(x, at, 0.3f, 1.1f, actual, to, n);
        assertArrayEquals(expected, actual, "exp of " + n);
        float[] inPlace = x.clone();
        float[] wanted = x.clone();
        plain.siluF32(wanted, at, wanted, at, n);
        machine.siluF32(inPlace, at, inPlace, at, n);
        assertArrayEquals(wanted, inPlace, "silu of " + n);
    }

    private void rows(int n, float range, double special) {
        int at = random.nextInt(20);
        int to = random.nextInt(20);
        float[] x = numbers(n + at, range, special);
        float[] expected = numbers(to + n + 20, 1, 0);
        float[] actual = expected.clone();
        plain.softmaxF32(x, at, 1, n, 0.9f, expected, to);
        machine.softmaxF32(x, at, 1, n, 0.9f, actual, to);
        assertArrayEquals(expected, actual, "softmax of " + n);
    }
}

package quern.machinecode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.ScalarMicrokernels;

/** Elements that are not neighbours are those of plain indices, and nothing else is written. */
class EveryIT {
    private final Random random = new Random(3);

    @Test
    void everyLengthStepAndOffset() {
        MachineCodeProvider provider = new MachineCodeProvider();
        Assumptions.assumeTrue(provider.refusal().isEmpty());
        Microkernels plain = new ScalarMicrokernels();
        for (int step = 1; step < 5; step++) {
            for (int n = 0; n < 150; n++) {
                same(plain, step, n);
                same(provider.over(plain), step, n);
            }
        }
        same(provider.over(plain), 2, 1_000_003);
    }

    private void same(Microkernels micro, int step, int n) {
        int from = random.nextInt(9);
        int to = random.nextInt(9);
        // Not an element more than is read.
        byte[] x = new byte[Math.max(0, from + (n - 1) * step + 1)];
        random.nextBytes(x);
        float[] reals = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            reals[i] = random.nextFloat();
        }
        byte[] expected = new byte[to + n + 70];
        float[] wanted = new float[to + n + 70];
        random.nextBytes(expected);
        byte[] actual = expected.clone();
        float[] made = wanted.clone();
        for (int i = 0; i < n; i++) {
            expected[to + i] = x[from + i * step];
            wanted[to + i] = reals[from + i * step];
        }
        micro.everyS8(x, from, step, actual, to, n);
        micro.everyF32(reals, from, step, made, to, n);
        assertArrayEquals(expected, actual, n + " bytes, step " + step);
        assertArrayEquals(wanted, made, n + " numbers, step " + step);
    }
}

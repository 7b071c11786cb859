package quern.machinecode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.fixedpoint.RoundingMode;
import quern.runtime.micro.Factors;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.ScalarMicrokernels;
import quern.runtime.micro.Walk;

/** Codes are those of plain loops in every rounding mode, and nothing else is written. */
class RequantizeIT {
    private static final int CHANNELS = 150;
    private static final int PIXELS = 5;

    private final Microkernels plain = new ScalarMicrokernels();
    private final Random random = new Random(5);

    @ParameterizedTest
    @EnumSource
    void everyNumberOfChannels(RoundingMode mode) {
        MachineCodeProvider provider = new MachineCodeProvider();
        Assumptions.assumeTrue(provider.refusal().isEmpty());
        Microkernels machine = provider.over(plain);
        for (int n = 0; n <= 70; n++) {
            for (int step = 0; step < 2; step++) {
                same(machine, factors(mode, step, n % 2 == 0), n, random.nextInt(CHANNELS - n));
            }
        }
        same(machine, factors(mode, 1, true), CHANNELS, 0);
    }

    private Factors factors(RoundingMode mode, int step, boolean signed) {
        int[] mantissa = random.ints(CHANNELS, 0, Integer.MAX_VALUE).toArray();
        mantissa[3] = Integer.MAX_VALUE;
        mantissa[4] = 0;
        boolean one = mode == RoundingMode.SINGLE;
        int[] right = random.ints(CHANNELS, 1, one ? 63 : 32).toArray();
        float[] scale = new float[CHANNELS];
        for (int i = 0; i < CHANNELS; i++) {
            scale[i] = Math.scalb(1 + random.nextInt(16) / 16f, -random.nextInt(30));
        }
        int low = signed ? -128 : 0;
        int zero = low + random.nextInt(256);
        return new Factors(mode, mantissa, right, scale, step, zero, low + 1, low + 250);
    }

    private void same(Microkernels machine, Factors factors, int n, int channel) {
        int width = n + random.nextInt(9);
        int[] from = new int[PIXELS + 2];
        int[] to = new int[PIXELS + 2];
        for (int i = 0; i < to.length; i++) {
            to[i] = (PIXELS + 1 - i) * CHANNELS + random.nextInt(3);
        }
        Walk walk = new Walk(from, to, new int[0]);
        int[] acc = new int[PIXELS * width + n];
        for (int i = 0; i < acc.length; i++) {
            acc[i] = random.nextInt() >> random.nextInt(32);
        }
        byte[] expected = new byte[(PIXELS + 4) * CHANNELS];
        random.nextBytes(expected);
        byte[] actual = expected.clone();
        plain.codes(acc.clone(), width, factors, channel, walk, 2, PIXELS, expected, 7, n);
        machine.codes(acc.clone(), width, factors, channel, walk, 2, PIXELS, actual, 7, n);
        assertArrayEquals(expected, actual, factors.mode() + ", " + n + " channels");
    }
}

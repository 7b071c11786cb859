package quern.machinecode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.ScalarMicrokernels;

/** Tables of bytes give what plain loops give, and nothing else is written. */
class LookupIT {
    private final Microkernels plain = new ScalarMicrokernels();
    private final Random random = new Random(11);

    @Test
    void everyLengthAndOffset() {
        MachineCodeProvider provider = new MachineCodeProvider();
        Assumptions.assumeTrue(provider.refusal().isEmpty());
        Microkernels machine = provider.over(plain);
        for (int n = 0; n < 300; n++) {
            same(machine, n, random.nextInt(70), random.nextInt(70));
        }
        same(machine, 1_000_003, 5, 64);
        same(machine, 1 << 20, 0, 0);
    }

    private void same(Microkernels machine, int n, int from, int to) {
        byte[] x = new byte[from + n + 3];
        byte[] table = new byte[256];
        random.nextBytes(x);
        random.nextBytes(table);
        byte[] expected = new byte[to + n + 70];
        random.nextBytes(expected);
        byte[] actual = expected.clone();
        plain.lookupS8(x, from, table, expected, to, n);
        machine.lookupS8(x, from, table, actual, to, n);
        assertArrayEquals(expected, actual, n + " bytes");
        byte[] inPlace = x.clone();
        byte[] wanted = x.clone();
        plain.lookupS8(wanted, from, table, wanted, from, n);
        machine.lookupS8(inPlace, from, table, inPlace, from, n);
        assertArrayEquals(wanted, inPlace, n + " bytes in place");
    }
}

package quern.machinecode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.Products;
import quern.runtime.micro.ScalarMicrokernels;
import quern.runtime.micro.TierProvider;
import quern.runtime.micro.Walk;

/** When the tier is there, what it costs, and what it gives back. */
class MachineCodeProviderIT {
    private static final boolean NEW_JDK = Runtime.version().feature() >= 22;

    @Test
    void isDeclaredAsAServiceOnEitherPath() throws IOException {
        String service = TierProvider.class.getName();
        String provider = MachineCodeProvider.class.getName();
        ModuleDescriptor module = MachineCodeProvider.class.getModule().getDescriptor();
        assertTrue(
                module.provides().stream()
                        .anyMatch(
                                provides ->
                                        provides.service().equals(service)
                                                && provides.providers().contains(provider)));
        try (InputStream list =
                MachineCodeProvider.class.getResourceAsStream("/META-INF/services/" + service)) {
            assertEquals(provider, new String(list.readAllBytes(), UTF_8).strip());
        }
    }

    @Test
    void declinesOnOlderJdks() {
        Assumptions.assumeFalse(NEW_JDK);
        MachineCodeProvider provider = new MachineCodeProvider();
        assertEquals(Optional.of("it needs JDK 22 or later"), provider.refusal());
    }

    @Test
    void isThereWhereTheCpuIs() throws IOException {
        Path cpu = Path.of("/proc/cpuinfo");
        Assumptions.assumeTrue(NEW_JDK && Files.exists(cpu));
        String flags = Files.readString(cpu);
        Assumptions.assumeTrue(flags.contains(" avx2 ") && flags.contains(" fma "));
        Microkernels below = new ScalarMicrokernels();
        MachineCodeProvider provider = new MachineCodeProvider();
        assertEquals(Optional.empty(), provider.refusal());
        Microkernels kernels = provider.over(below);
        assertEquals("machinecode", kernels.tier());
        assertTrue(kernels.products().isPresent());
        assertSame(kernels.products().get(), provider.over(below).products().get(), "written once");
    }

    @Test
    void declinesWithoutTheInstructions() {
        Assumptions.assumeTrue(NEW_JDK);
        MachineCodeProvider provider =
                new MachineCodeProvider(all -> new Features(false, false, false, false));
        assertTrue(provider.refusal().isPresent());
        assertThrows(IllegalStateException.class, () -> provider.over(new ScalarMicrokernels()));
    }

    @ParameterizedTest
    @EnumSource
    void allocatesNothing(Isa isa) {
        Products products = Tiers.products(isa).orElse(null);
        Assumptions.assumeTrue(products != null, "not on this machine and JVM");
        int[] places = new int[16];
        for (int p = 0; p < places.length; p++) {
            places[p] = 64 * p;
        }
        Walk walk = new Walk(places, places, new int[] {0, 4, 8});
        float[] x = new float[2048];
        byte[] codes = new byte[2048];
        int[] acc = new int[16 * 64];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 100 && allocated != 0; round++) {
            allocated = -threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2000; i++) {
                products.gemmF32(walk, 1, 13, x, 0, x, 0, 64, x, 0, 0f, 1f, x, 0, 60);
                products.depthwiseF32(walk, 1, 13, x, 0, x, x, 0f, 1f, x, 0, 60);
                products.gemmS8S32(walk, 1, 13, codes, 0, 128, codes, 0, 64, acc, 0, acc);
            }
            allocated += threads.getCurrentThreadAllocatedBytes();
        }
        assertEquals(0, allocated, "bytes in 6000 calls once compiled");
    }

    @Test
    void givesMemoryBack() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/maps")));
        Set<String> before = executable();
        MachineCodeProvider provider = new MachineCodeProvider();
        Assumptions.assumeTrue(provider.refusal().isEmpty());
        Set<String> during = executable();
        during.removeAll(before);
        assertFalse(during.isEmpty(), "pages of the kernels");
        assertTrue(during.stream().allMatch(line -> line.contains("r-xp")), "not writable");
        provider = null;
        for (int i = 0; i < 100 && anyOf(during); i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertFalse(anyOf(during), "pages are still there");
    }

    private static boolean anyOf(Set<String> pages) throws IOException {
        return executable().stream().anyMatch(pages::contains);
    }

    /** Anonymous memory that is executable but not writable. */
    private static Set<String> executable() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.matches("\\S+ r-xp 0+ 00:00 0\\s*"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}

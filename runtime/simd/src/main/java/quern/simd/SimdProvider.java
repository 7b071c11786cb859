package quern.simd;

import java.util.Optional;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.TierProvider;

/**
 * The tier of the Vector API. It declines where the incubator module is missing or where no
 * optimizing compiler runs: there, vectors are objects and everything would be far slower.
 */
public final class SimdProvider implements TierProvider {
    /** Made by the service loader. */
    public SimdProvider() {}

    @Override
    public String tier() {
        return "simd";
    }

    @Override
    public int speed() {
        return 1;
    }

    @Override
    public Optional<String> refusal() {
        String vm = System.getProperty("java.vm.info", "");
        if (vm.contains("interpreted") || vm.contains("emulated-client")) {
            return Optional.of("this JVM runs without its optimizing compiler (" + vm + ")");
        }
        try {
            Class.forName("jdk.incubator.vector.FloatVector");
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.of("start Java with --add-modules jdk.incubator.vector");
        }
        return Species.refusal();
    }

    @Override
    public Microkernels over(Microkernels below) {
        return new SimdMicrokernels(below);
    }
}

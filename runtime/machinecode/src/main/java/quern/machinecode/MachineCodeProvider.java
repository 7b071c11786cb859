package quern.machinecode;

import java.util.Optional;
import java.util.function.UnaryOperator;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.TierProvider;

/** The tier of machine code where the JDK has no {@code java.lang.foreign}: it declines. */
public final class MachineCodeProvider implements TierProvider {
    /** For {@link java.util.ServiceLoader}. */
    public MachineCodeProvider() {}

    MachineCodeProvider(UnaryOperator<Features> limit) {}

    @Override
    public String tier() {
        return "machinecode";
    }

    @Override
    public int speed() {
        return 2;
    }

    @Override
    public Optional<String> refusal() {
        return Optional.of("it needs JDK 22 or later");
    }

    @Override
    public Microkernels over(Microkernels below) {
        throw new IllegalStateException("it needs JDK 22 or later");
    }
}

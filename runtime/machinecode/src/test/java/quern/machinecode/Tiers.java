package quern.machinecode;

import java.util.Optional;
import quern.runtime.micro.Products;
import quern.runtime.micro.ScalarMicrokernels;

/** The products of this machine by certain instructions. */
final class Tiers {
    private Tiers() {}

    /** Empty if the machine or the JVM lacks something. */
    static Optional<Products> products(Isa isa) {
        MachineCodeProvider provider = new MachineCodeProvider(all -> only(isa, all));
        return provider.refusal().isPresent()
                ? Optional.empty()
                : provider.over(new ScalarMicrokernels()).products();
    }

    private static Features only(Isa isa, Features all) {
        Features limited = all.atMost(isa);
        boolean there = limited.best().filter(isa::equals).isPresent();
        return there ? limited : new Features(false, false, false, false);
    }
}

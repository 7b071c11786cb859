package quern.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.ScalarMicrokernels;
import quern.runtime.micro.TierProvider;

/**
 * The tiers that this JVM can run, found once. A tier that cannot run says why in one line of the
 * log. Safe for threads.
 */
final class Tiers {
    private static final System.Logger LOG = System.getLogger("quern.runtime");
    private static final Microkernels SCALAR = new ScalarMicrokernels();

    private record Tier(String name, Optional<Microkernels> micro, String refusal) {}

    private static final class Found {
        private static final List<Tier> ALL = find();
    }

    private Tiers() {}

    /**
     * The inner loops of a tier, {@code auto} being the fastest.
     *
     * @throws IllegalArgumentException if the tier cannot run
     */
    static Microkernels of(String name) {
        if (name.equals(PlanOptions.SCALAR)) {
            return SCALAR;
        }
        Microkernels best = SCALAR;
        for (Tier t : Found.ALL) {
            if (t.name.equals(name)) {
                return t.micro.orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "tier " + name + " cannot run here: " + t.refusal));
            }
            best = t.micro.orElse(best);
        }
        if (name.equals(PlanOptions.AUTO)) {
            return best;
        }
        throw new IllegalArgumentException(
                "tier "
                        + name
                        + " is not here; its jar must be on the class path or module path, or use"
                        + " auto or scalar");
    }

    /** From the slowest to the fastest, each over the one before. */
    private static List<Tier> find() {
        List<TierProvider> providers = providers();
        providers.sort(Comparator.comparingInt(TierProvider::speed));
        List<Tier> all = new ArrayList<>();
        Microkernels below = SCALAR;
        for (TierProvider p : providers) {
            Tier t = tier(p, below);
            all.add(t);
            below = t.micro.orElse(below);
            if (t.micro.isEmpty()) {
                LOG.log(
                        System.Logger.Level.INFO,
                        () -> "tier " + t.name + " cannot run here: " + t.refusal);
            }
        }
        return all;
    }

    private static Tier tier(TierProvider p, Microkernels below) {
        try {
            Optional<String> refusal = p.refusal();
            return refusal.isPresent()
                    ? new Tier(p.tier(), Optional.empty(), refusal.get())
                    : new Tier(p.tier(), Optional.of(p.over(below)), "");
        } catch (LinkageError | RuntimeException e) {
            return new Tier(p.tier(), Optional.empty(), e.toString());
        }
    }

    private static List<TierProvider> providers() {
        List<TierProvider> found = new ArrayList<>();
        Iterator<ServiceLoader.Provider<TierProvider>> all =
                ServiceLoader.load(TierProvider.class, Tiers.class.getClassLoader()).stream()
                        .iterator();
        while (true) {
            try {
                if (!all.hasNext()) {
                    return found;
                }
                found.add(all.next().get());
            } catch (ServiceConfigurationError | LinkageError e) {
                LOG.log(System.Logger.Level.INFO, () -> "a tier cannot be loaded: " + e);
            }
        }
    }
}

package quern.runtime;

import java.util.List;

/**
 * How a plan is made. No option changes a bit of any result.
 *
 * @param tier which micro-kernels run: {@code auto} takes the fastest that run here, {@code scalar}
 *     is plain Java, {@code simd} and {@code machinecode} are those of the jars of these names
 * @param threads threads of a session, {@value #MAX_THREADS} at most
 * @param strict refuse nodes that have only a reference kernel
 * @param keepAll every value keeps memory of its own and can be read after a run
 */
public record PlanOptions(String tier, int threads, boolean strict, boolean keepAll) {
    /** Most threads of a session. */
    public static final int MAX_THREADS = 64;

    /** The tier that takes the fastest micro-kernels there are. */
    public static final String AUTO = "auto";

    /** The tier of plain Java loops. */
    public static final String SCALAR = "scalar";

    /** The tier of the Vector API, in a jar of its own. */
    public static final String SIMD = "simd";

    /** The tier of machine code, in a jar of its own. */
    public static final String MACHINECODE = "machinecode";

    private static final List<String> TIERS = List.of(AUTO, SCALAR, SIMD, MACHINECODE);

    /**
     * @throws IllegalArgumentException if there is no such tier or the number of threads is out of
     *     range
     */
    public PlanOptions {
        if (!TIERS.contains(tier)) {
            throw new IllegalArgumentException(
                    "there is no tier " + tier + "; use one of " + String.join(", ", TIERS));
        }
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException(
                    "the number of threads must be 1 to " + MAX_THREADS + ", not " + threads);
        }
    }

    /**
     * The tier that system property {@code quern.tier} names, or else {@code auto}; one thread, not
     * strict, memory shared between values.
     */
    public static PlanOptions defaults() {
        return new PlanOptions(System.getProperty("quern.tier", AUTO), 1, false, false);
    }

    /**
     * These options, if their tier can run here.
     *
     * @throws IllegalArgumentException if it cannot; the message says why
     */
    public PlanOptions requireTier() {
        Tiers.of(tier);
        return this;
    }

    public PlanOptions withTier(String other) {
        return new PlanOptions(other, threads, strict, keepAll);
    }

    public PlanOptions withThreads(int other) {
        return new PlanOptions(tier, other, strict, keepAll);
    }

    public PlanOptions withStrict(boolean other) {
        return new PlanOptions(tier, threads, other, keepAll);
    }

    public PlanOptions withKeepAll(boolean other) {
        return new PlanOptions(tier, threads, strict, other);
    }
}

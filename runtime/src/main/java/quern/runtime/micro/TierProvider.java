package quern.runtime.micro;

import java.util.Optional;

/**
 * A tier in a jar of its own, found by {@link java.util.ServiceLoader}. A provider that is not used
 * costs nothing: it loads what its platform may lack only once it is asked for it.
 */
public interface TierProvider {
    /** The name of the tier, such as {@code simd}. */
    String tier();

    /** Of the tiers that run, the one with the highest speed is taken. */
    int speed();

    /** Why the tier cannot run on this machine and JVM, as a clause; empty if it can. */
    Optional<String> refusal();

    /**
     * The tier's inner loops, once {@link #refusal} is empty.
     *
     * @param below those of the next slower tier, for whatever this one does not speed up
     */
    Microkernels over(Microkernels below);
}

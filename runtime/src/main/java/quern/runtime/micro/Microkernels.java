package quern.runtime.micro;

/**
 * The inner loops that kernels are made of. Every implementation computes the same bits; they
 * differ in speed alone. Stateless, for any number of threads; nothing is allocated and nothing is
 * checked: callers pass offsets and counts that lie in the arrays.
 */
public interface Microkernels {
    /** The name of the tier. */
    String tier();
}

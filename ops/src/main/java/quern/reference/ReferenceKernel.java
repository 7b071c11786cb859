package quern.reference;

import quern.op.Op;

/**
 * The defining implementation of an operator, for real numbers and for codes.
 *
 * @param <O> the operator
 */
@FunctionalInterface
public interface ReferenceKernel<O extends Op> {
    /** Computes every output element from the inputs. */
    void run(O op, KernelContext context);
}

package quern.reference;

import java.util.function.LongBinaryOperator;
import quern.op.Activation;
import quern.tensor.DType;
import quern.tensor.Tensor;

/** Functions of plain S32 and S64 numbers; what leaves the element type wraps. */
final class IntegerReference {
    private IntegerReference() {}

    /** A function of two elements, broadcast, then the activation. */
    static void binary(KernelContext c, LongBinaryOperator function, Activation activation) {
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            int j = ElementwiseReference.at(y, i, a);
            int k = ElementwiseReference.at(y, i, b);
            long v = function.applyAsLong(a.integer(j), b.integer(k));
            long wrapped = y.dtype() == DType.S32 ? (int) v : v;
            y.setInteger(i, activation.clamp(wrapped));
        }
    }
}

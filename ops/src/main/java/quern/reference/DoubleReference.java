package quern.reference;

import java.util.function.DoubleBinaryOperator;
import quern.tensor.Tensor;

/** Functions of float64 numbers. */
final class DoubleReference {
    private DoubleReference() {}

    /** A function of two elements, broadcast. */
    static void binary(KernelContext c, DoubleBinaryOperator function) {
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            double p = a.doubles()[a.offset() + ElementwiseReference.at(y, i, a)];
            double q = b.doubles()[b.offset() + ElementwiseReference.at(y, i, b)];
            y.doubles()[y.offset() + i] = function.applyAsDouble(p, q);
        }
    }
}

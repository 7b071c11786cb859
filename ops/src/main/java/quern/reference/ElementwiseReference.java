package quern.reference;

import quern.fixedpoint.AddRescale;
import quern.fixedpoint.MulRescale;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.tensor.Tensor;

/**
 * Functions of two elements, broadcast. Codes go through {@link AddRescale} and {@link MulRescale};
 * float32 numbers through one addition or multiplication; then the activation.
 */
final class ElementwiseReference {
    private ElementwiseReference() {}

    static void add(Add op, KernelContext c) {
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        if (c.isQuantized()) {
            AddRescale rescale =
                    NodeRescale.add(c.node(), a.type(), b.type(), y.type(), op.activation());
            for (int i = 0; i < y.elements(); i++) {
                y.setInteger(i, rescale.apply(a.code(at(y, i, a)), b.code(at(y, i, b))));
            }
        } else {
            for (int i = 0; i < y.elements(); i++) {
                float sum = a.real(at(y, i, a)) + b.real(at(y, i, b));
                y.setReal(i, op.activation().apply(sum));
            }
        }
    }

    static void mul(Mul op, KernelContext c) {
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        if (c.isQuantized()) {
            MulRescale rescale =
                    NodeRescale.mul(c.node(), a.type(), b.type(), y.type(), op.activation());
            for (int i = 0; i < y.elements(); i++) {
                y.setInteger(i, rescale.apply(a.code(at(y, i, a)), b.code(at(y, i, b))));
            }
        } else {
            for (int i = 0; i < y.elements(); i++) {
                float product = a.real(at(y, i, a)) * b.real(at(y, i, b));
                y.setReal(i, op.activation().apply(product));
            }
        }
    }

    private static int at(Tensor y, int i, Tensor operand) {
        return Indexing.broadcast(y.shape(), i, operand.shape());
    }
}

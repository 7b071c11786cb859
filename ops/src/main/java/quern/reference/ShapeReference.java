package quern.reference;

import java.util.function.IntUnaryOperator;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.tensor.Tensor;

/** Operators that move elements of any type; concatenation may rescale unsigned codes. */
final class ShapeReference {
    private ShapeReference() {}

    static void reshape(Reshape op, KernelContext c) {
        for (int i = 0; i < c.output().elements(); i++) {
            Indexing.copy(c.input(0), i, c.output(), i);
        }
    }

    static void transpose(Transpose op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        int[] from = new int[x.shape().rank()];
        for (int i = 0; i < y.elements(); i++) {
            int[] at = Indexing.coordinates(y.shape(), i);
            for (int axis = 0; axis < at.length; axis++) {
                from[op.permutation().at(axis)] = at[axis];
            }
            Indexing.copy(x, Indexing.index(x.shape(), from), y, i);
        }
    }

    static void pad(Pad op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        Tensor value = c.optional(1).orElseGet(() -> op.element(x.type()));
        for (int i = 0; i < y.elements(); i++) {
            Indexing.copy(value, 0, y, i);
        }
        for (int i = 0; i < x.elements(); i++) {
            int[] at = Indexing.coordinates(x.shape(), i);
            for (int axis = 0; axis < at.length; axis++) {
                at[axis] += op.before().at(axis);
            }
            Indexing.copy(x, i, y, Indexing.index(y.shape(), at));
        }
    }

    static void concat(Concat op, KernelContext c) {
        Tensor y = c.output();
        int start = 0;
        for (Tensor x : c.inputs()) {
            IntUnaryOperator rescale = NodeRescale.concat(c.node(), x.type(), y.type());
            for (int i = 0; i < x.elements(); i++) {
                int[] at = Indexing.coordinates(x.shape(), i);
                at[op.axis()] += start;
                int to = Indexing.index(y.shape(), at);
                if (x.type().quant().equals(y.type().quant())) {
                    Indexing.copy(x, i, y, to);
                } else {
                    y.setInteger(to, rescale.applyAsInt(x.code(i)));
                }
            }
            start += x.shape().dim(op.axis());
        }
    }
}

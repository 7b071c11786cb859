package quern.reference;

import java.util.function.IntToDoubleFunction;
import quern.op.logic.BitPair;
import quern.op.logic.Comparison;
import quern.op.logic.LogicalNot;
import quern.op.logic.Select;
import quern.op.logic.TruthPair;
import quern.tensor.DType;
import quern.tensor.Tensor;

/**
 * Comparisons, logic and choices, element by element. Codes are compared as {@link
 * NodeRescale#comparable} says.
 */
final class LogicReference {
    private LogicReference() {}

    static void compare(Comparison op, KernelContext c) {
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            int j = ElementwiseReference.at(y, i, a);
            int k = ElementwiseReference.at(y, i, b);
            int order;
            if (c.isQuantized()) {
                IntToDoubleFunction first = NodeRescale.comparable(c.node(), a.type());
                IntToDoubleFunction second = NodeRescale.comparable(c.node(), b.type());
                order = order(first.applyAsDouble(a.code(j)), second.applyAsDouble(b.code(k)));
            } else {
                order = order(a, j, b, k);
            }
            y.setInteger(i, (op.orders() & order) != 0 ? 1 : 0);
        }
    }

    /** How two elements of one type stand to each other: one of the orders of Comparison. */
    static int order(Tensor a, int i, Tensor b, int j) {
        if (a.dtype() == DType.F32) {
            return order(a.real(i), b.real(j));
        }
        int order = Long.compare(value(a, i), value(b, j));
        return order < 0 ? Comparison.BELOW : order == 0 ? Comparison.SAME : Comparison.ABOVE;
    }

    private static long value(Tensor t, int i) {
        return t.dtype() == DType.BOOL && t.integer(i) != 0 ? 1 : t.integer(i);
    }

    private static int order(double a, double b) {
        return a < b
                ? Comparison.BELOW
                : a == b ? Comparison.SAME : a > b ? Comparison.ABOVE : Comparison.UNORDERED;
    }

    static void truth(TruthPair op, KernelContext c) {
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            boolean first = a.integer(ElementwiseReference.at(y, i, a)) != 0;
            boolean second = b.integer(ElementwiseReference.at(y, i, b)) != 0;
            y.setInteger(i, op.of(first, second) ? 1 : 0);
        }
    }

    static void not(LogicalNot op, KernelContext c) {
        for (int i = 0; i < c.output().elements(); i++) {
            c.output().setInteger(i, c.input(0).integer(i) == 0 ? 1 : 0);
        }
    }

    static void bits(BitPair op, KernelContext c) {
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            long first = a.integer(ElementwiseReference.at(y, i, a));
            long second = b.integer(ElementwiseReference.at(y, i, b));
            y.setInteger(i, op.of(first, second, y.dtype()));
        }
    }

    static void select(Select op, KernelContext c) {
        Tensor condition = c.input(0);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            int at = ElementwiseReference.at(y, i, condition);
            Tensor chosen = c.input(condition.integer(at) != 0 ? 1 : 2);
            Indexing.copy(chosen, ElementwiseReference.at(y, i, chosen), y, i);
        }
    }
}

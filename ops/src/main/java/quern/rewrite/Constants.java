package quern.rewrite;

import java.util.List;
import java.util.Optional;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.shape.Transpose;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Constants in other forms. */
public final class Constants {
    private Constants() {}

    /** A tensor with axis {@code order[i]} as axis {@code i}; scales along an axis move with it. */
    public static Tensor transposed(Tensor t, Ints order) {
        Inference x = new Inference();
        x.define("x", t.type());
        List<String> from = List.of("x");
        TensorType type = new Transpose(order).infer(x.inputs(from)).get(0);
        List<Value> to = List.of(new Value("y", type));
        Node n = new Node(new Transpose(order), from, to, RoundingMode.DOUBLE);
        return ReferenceInterpreter.run(n, name -> t).get(0);
    }

    /** The number that a constant of one F32 element holds. */
    static Optional<Float> number(Graph graph, String value) {
        return graph.constant(value)
                .filter(t -> t.dtype() == DType.F32 && t.elements() == 1)
                .map(t -> t.real(0));
    }

    /** Whether a value is one F32 constant near a number. */
    static boolean isNear(Graph graph, String value, double number) {
        Optional<Float> is = number(graph, value);
        return is.isPresent() && Math.abs(is.get() - number) <= 1e-5 * Math.abs(number);
    }

    /**
     * The other operand of a node of two operands, one of which is a constant near a number; empty
     * if none is.
     */
    static Optional<String> beside(Graph graph, Node n, double number) {
        String a = n.inputs().get(0);
        String b = n.inputs().get(1);
        return isNear(graph, b, number)
                ? Optional.of(a)
                : isNear(graph, a, number) ? Optional.of(b) : Optional.empty();
    }

    /**
     * The operand of a node of two operands that is not this one; empty if it reads it not once.
     */
    static Optional<String> other(Node n, String value) {
        String a = n.inputs().get(0);
        String b = n.inputs().get(1);
        return a.equals(value) == b.equals(value)
                ? Optional.empty()
                : Optional.of(a.equals(value) ? b : a);
    }
}

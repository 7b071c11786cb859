package quern.rewrite;

import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.shape.Transpose;
import quern.reference.ReferenceInterpreter;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Constants in other forms. */
final class Constants {
    private Constants() {}

    /** A tensor with axis {@code order[i]} as axis {@code i}. */
    static Tensor transposed(Tensor t, Ints order) {
        int[] dims = order.stream().map(t.shape()::dim).toArray();
        TensorType type = t.type().withShape(Shape.of(dims));
        Node n =
                new Node(
                        new Transpose(order),
                        List.of("x"),
                        List.of(new Value("y", type)),
                        RoundingMode.DOUBLE);
        return ReferenceInterpreter.run(n, name -> t).get(0);
    }
}

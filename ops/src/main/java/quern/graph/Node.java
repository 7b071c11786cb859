package quern.graph;

import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Op;

/**
 * One application of an operator.
 *
 * @param op the operator with its attributes
 * @param inputs names of the values it reads; {@link #ABSENT} for an optional input that is not
 *     given
 * @param outputs the values it makes, at least one
 * @param rounding how integer results are rounded
 */
public record Node(Op op, List<String> inputs, List<Value> outputs, RoundingMode rounding) {
    /** The name of an optional input that is not given. */
    public static final String ABSENT = "";

    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The first output's name, which names the node. */
    public String name() {
        return outputs.isEmpty() ? "" : outputs.get(0).name();
    }

    /** The first output. */
    public Value output() {
        return outputs.get(0);
    }

    /** Whether input {@code i} is given. */
    public boolean has(int i) {
        return i < inputs.size() && !inputs.get(i).isEmpty();
    }
}

package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Op;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Puts one node together operand by operand. */
final class CaseBuilder {
    private final String name;
    private final GraphBuilder graph = new GraphBuilder("case");
    private final List<String> operands = new ArrayList<>();
    private final List<Tensor> inputs = new ArrayList<>();
    private RoundingMode mode = RoundingMode.DOUBLE;

    CaseBuilder(String name) {
        this.name = name;
    }

    CaseBuilder rounding(RoundingMode mode) {
        this.mode = mode;
        graph.rounding(mode);
        return this;
    }

    /** The next operand is a graph input with this value. */
    CaseBuilder input(String operand, Tensor value) {
        operands.add(graph.input(operand, value.type()));
        inputs.add(value);
        return this;
    }

    /** The next operand is a constant. */
    CaseBuilder constant(String operand, Tensor value) {
        operands.add(graph.constant(operand, value));
        return this;
    }

    /** The next operand is a constant or, {@code asInput}, a graph input. */
    CaseBuilder operand(String operand, Tensor value, boolean asInput) {
        return asInput ? input(operand, value) : constant(operand, value);
    }

    /** The next operand is the same value as operand {@code i}. */
    CaseBuilder again(int i) {
        operands.add(operands.get(i));
        return this;
    }

    /** The next operand is an optional one that is not given. */
    CaseBuilder absent() {
        operands.add(Node.ABSENT);
        return this;
    }

    /** The type that the operator infers for its output. */
    TensorType infer(Op op) {
        return graph.infer("y", op, operands).get(0);
    }

    /** The case whose outputs are of the inferred types. */
    OpCase build(Op op) {
        return build(op, infer(op));
    }

    /** The case whose output has this quantization. */
    OpCase build(Op op, Quant quant) {
        return build(op, infer(op).withQuant(quant));
    }

    /** The case whose first output is of this type, and others of the inferred types. */
    OpCase build(Op op, TensorType type) {
        List<TensorType> types = new ArrayList<>(graph.infer("y", op, operands));
        types.set(0, type);
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            values.add(new Value(i == 0 ? "y" : "y" + i, types.get(i)));
        }
        graph.add(new Node(op, operands, values, mode));
        values.forEach(v -> graph.output(v.name()));
        return new OpCase(name, graph.build(), inputs);
    }
}

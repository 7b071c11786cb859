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
        List<Value> outputs = new ArrayList<>();
        for (TensorType type : graph.infer("y", op, operands)) {
            outputs.add(new Value(outputs.isEmpty() ? "y" : "y" + outputs.size(), type));
        }
        graph.add(new Node(op, operands, outputs, mode));
        outputs.forEach(v -> graph.output(v.name()));
        return new OpCase(name, graph.build(), inputs);
    }

    /** The case whose output has this quantization. */
    OpCase build(Op op, Quant quant) {
        return build(op, infer(op).withQuant(quant));
    }

    /** The case whose output is of this type. */
    OpCase build(Op op, TensorType type) {
        graph.output(graph.add("y", op, operands, type));
        return new OpCase(name, graph.build(), inputs);
    }
}

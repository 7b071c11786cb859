package quern.quant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import quern.cases.OpCase;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.op.Op;
import quern.op.TypeRules;
import quern.quant.affine.Codes;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Runs of single operators in float32, by the reference kernels. */
final class OpRuns {
    private static final float LARGEST = 1e6f;

    /** Scales of smaller ranges are so small that no bias fits int32. */
    private static final float LEAST = 1e-6f;

    private OpRuns() {}

    /**
     * Whether every tensor of a float case is F32, of moderate size, and the bias is a constant.
     */
    static boolean isOrdinary(OpCase c) {
        return TypeRules.isReal(c.node().output().type())
                && c.inputs().stream().allMatch(OpRuns::isOrdinary)
                && c.graph().constants().values().stream().allMatch(OpRuns::isOrdinary);
    }

    static boolean isOrdinary(Tensor t) {
        if (!TypeRules.isReal(t.type())) {
            return false;
        }
        float most = 0;
        for (int i = 0; i < t.elements(); i++) {
            most = Math.max(most, Math.abs(t.real(i)));
        }
        return most == 0 || most >= LEAST && most <= LARGEST;
    }

    /** What an operator makes of tensors. */
    static Tensor run(Op op, List<Tensor> operands) {
        GraphBuilder b = new GraphBuilder("run");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            names.add(b.input("x" + i, operands.get(i).type()));
        }
        b.output(b.add("y", op, names.toArray(new String[0])));
        return new ReferenceInterpreter(b.build()).run(operands).get(0);
    }

    /** All values of a graph on inputs, constants too. */
    static Map<String, Tensor> all(Graph graph, List<Tensor> inputs) {
        Map<String, Tensor> values = new ReferenceInterpreter(graph).runAll(inputs);
        values.putAll(graph.constants());
        return values;
    }

    /**
     * The operands of a quantized node as the real numbers that their codes stand for; an int32
     * bias counts in units of input scale times weight scale.
     */
    static List<Tensor> realOperands(Node n, Map<String, Tensor> values) {
        List<Tensor> operands = new ArrayList<>();
        for (String name : n.inputs()) {
            Tensor t = values.get(name);
            operands.add(
                    t.dtype() == DType.S32
                            ? realBias(t, operands.get(0), n, values)
                            : Codes.dequantize(t));
        }
        return operands;
    }

    private static Tensor realBias(Tensor bias, Tensor x, Node n, Map<String, Tensor> values) {
        TensorType in = values.get(n.inputs().get(0)).type();
        TensorType w = values.get(n.inputs().get(1)).type();
        float[] real = new float[bias.elements()];
        for (int c = 0; c < real.length; c++) {
            real[c] = (float) (bias.integer(c) * ((double) in.scale(0) * w.scale(c)));
        }
        return Tensor.of(Shape.of(real.length), real);
    }

    /** A tensor with a function applied to each element. */
    static Tensor map(Tensor t, DoubleUnaryOperator f) {
        float[] values = new float[t.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) f.applyAsDouble(t.real(i));
        }
        return Tensor.of(t.shape(), values);
    }
}

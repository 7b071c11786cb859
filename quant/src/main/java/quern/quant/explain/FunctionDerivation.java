package quern.quant.explain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.quant.affine.Codes;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * What an operator on codes would make in float32 of what its operands' codes stand for, and how
 * far its codes are from that: the function without its roundings.
 *
 * @param ideal the output in float32, as the reference kernels compute it
 */
record FunctionDerivation(Tensor ideal) {
    /**
     * Computes the output of a node in float.
     *
     * @param values of all values and constants that the node reads
     * @return nothing if the output is not of codes with one scale, or the operator has no float
     *     form
     */
    static Optional<FunctionDerivation> of(Node n, Map<String, Tensor> values) {
        boolean codes =
                n.outputs().size() == 1
                        && n.output().type().quant() instanceof Quant.PerTensor
                        && n.inputs().stream()
                                .filter(in -> !in.isEmpty())
                                .allMatch(in -> isReadable(values.get(in)));
        if (!codes) {
            return Optional.empty();
        }
        try {
            return Optional.of(new FunctionDerivation(run(n, values)));
        } catch (FormatException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isReadable(Tensor t) {
        return t != null && !(t.type().quant() instanceof Quant.PerBlock);
    }

    private static Tensor run(Node n, Map<String, Tensor> values) {
        if (n.op() instanceof Quantize || n.op() instanceof Requantize) {
            Tensor x = values.get(n.inputs().get(0));
            return x.type().isQuantized() ? Codes.dequantize(x) : x;
        }
        GraphBuilder b = new GraphBuilder("function").rounding(n.rounding());
        List<String> names = new ArrayList<>();
        List<Tensor> inputs = new ArrayList<>();
        for (String in : n.inputs()) {
            if (in.isEmpty()) {
                names.add("");
                continue;
            }
            Tensor t = values.get(in);
            boolean integer = !t.type().isQuantized();
            String name = "operand" + names.size();
            if (integer) {
                b.constant(name, t);
            } else {
                Tensor real = Codes.dequantize(t);
                b.input(name, real.type());
                inputs.add(real);
            }
            names.add(name);
        }
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("no operand is of codes");
        }
        TensorType real = TensorType.of(DType.F32, n.output().type().shape());
        b.add(new Node(n.op(), names, List.of(new Value("result", real)), n.rounding()));
        Graph graph = b.output("result").build();
        return new ReferenceInterpreter(graph).run(inputs).get(0);
    }

    /**
     * The parts of an element's distance from float, which add up to it exactly.
     *
     * @param y the codes
     * @param shadow the element in the float model; empty for that of the operands' codes
     */
    Explanation.Function explain(Tensor y, int element, Optional<Float> shadow) {
        TensorType type = y.type();
        BigDecimal scale = new BigDecimal(type.scale(0));
        long code = y.integer(element);
        BigDecimal value = scale.multiply(BigDecimal.valueOf(code - type.zeroPoint(0)));
        BigDecimal exact = new BigDecimal(ideal.real(element));
        BigDecimal real = shadow.map(BigDecimal::new).orElse(exact);
        boolean beyond =
                code == type.codeMax() && exact.compareTo(value) > 0
                        || code == type.codeMin() && exact.compareTo(value) < 0;
        BigDecimal half = scale.divide(BigDecimal.valueOf(2));
        BigDecimal rest = value.subtract(exact);
        boolean saturated = beyond && rest.abs().compareTo(half) > 0;
        Map<String, BigDecimal> errors = new LinkedHashMap<>();
        errors.put("operands", exact.subtract(real));
        errors.put("roundings of the operator", saturated ? BigDecimal.ZERO : rest);
        errors.put("saturation", saturated ? rest : BigDecimal.ZERO);
        return new Explanation.Function(exact, real, errors);
    }
}

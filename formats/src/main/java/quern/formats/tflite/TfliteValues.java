package quern.formats.tflite;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import quern.error.InvalidGraphException;
import quern.fixedpoint.RoundingMode;
import quern.graph.GraphBuilder;
import quern.op.quantize.Dequantize;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The values of the graph that is being built, by tensor number. */
final class TfliteValues {
    private final GraphBuilder graph;
    private final TfliteTensors tensors;
    private final TfliteSubgraphs subgraphs;
    private final Variables variables;
    private final Map<Integer, String> made = new HashMap<>();
    private final Map<Integer, String> dequantized = new HashMap<>();
    private final ConstantValues computed;

    /**
     * @param computable most elements of a node that is computed while the file is read
     */
    TfliteValues(
            GraphBuilder graph,
            TfliteTensors tensors,
            TfliteSubgraphs subgraphs,
            int computable,
            Variables variables) {
        this.graph = graph;
        this.subgraphs = subgraphs;
        this.variables = variables;
        this.tensors = tensors;
        this.computed = new ConstantValues(graph, computable);
    }

    GraphBuilder graph() {
        return graph;
    }

    TfliteTensors tensors() {
        return tensors;
    }

    /** The graphs of the other subgraphs of the file. */
    TfliteSubgraphs subgraphs() {
        return subgraphs;
    }

    /** What the subgraph carries from run to run. */
    Variables variables() {
        return variables;
    }

    /** The rounding mode of imported nodes. */
    RoundingMode rounding() {
        return RoundingMode.DOUBLE;
    }

    /** Notes that a tensor is an input of the graph or was made by a node. */
    void made(int index) {
        made(index, tensors.name(index));
    }

    /** Notes that a tensor is a value of the graph that is there already. */
    void made(int index, String value) {
        made.put(index, value);
    }

    /**
     * The type of a tensor: that of its value in the graph, whose shape the file need not give, or
     * what the file says.
     */
    TensorType type(int index) {
        return made.containsKey(index) ? graph.type(made.get(index)) : tensors.type(index);
    }

    /** The value of a tensor if it has one in the file or is computed from such values alone. */
    Optional<Tensor> constant(int index) {
        return made.containsKey(index) ? computed.value(made.get(index)) : tensors.constant(index);
    }

    /**
     * The name of the value that replaces a variable tensor when a run ends. A state of the graph,
     * which begins with real zero, is added under the tensor's own name.
     */
    String state(int index) {
        String name = tensors.name(index);
        if (tensors.hasData(index)) {
            throw new InvalidGraphException(name, "a variable tensor must not have data");
        }
        if (made.putIfAbsent(index, name) != null) {
            throw new InvalidGraphException(name, "two operators have this variable tensor");
        }
        String next = tensors.unique(name + "_next", index);
        graph.state(name, tensors.type(index), "", next);
        return next;
    }

    /** The elements of a vector that are known, of a value in the graph. */
    List<OptionalLong> elements(int index) {
        return computed.elements(value(index));
    }

    /**
     * The name of a tensor's value; a constant is added to the graph when it is first asked for.
     */
    String value(int index) {
        if (made.containsKey(index)) {
            return made.get(index);
        }
        String name = tensors.name(index);
        if (tensors.isVariable(index)) {
            throw new InvalidGraphException(
                    name, "the variable tensor is read by an operator that does not replace it");
        }
        Tensor constant =
                tensors.constant(index)
                        .orElseThrow(
                                () ->
                                        new InvalidGraphException(
                                                name,
                                                "the tensor is read, but it has no data and nothing before makes it"));
        made(index);
        return graph.constant(name, constant);
    }

    /**
     * The name of the real values of quantized weights: a Dequantize node is put behind them, one
     * for each tensor. Bytes typed U8 with zero point 0 are signed: old files say so.
     */
    String dequantized(int index) {
        String known = dequantized.get(index);
        if (known != null) {
            return known;
        }
        String name = tensors.name(index);
        Optional<Tensor> constant =
                made.containsKey(index) ? Optional.empty() : tensors.constant(index);
        boolean signed = constant.isPresent() && isSignedInDisguise(constant.get().type());
        String codes = signed ? signed(name, index, constant.get()) : value(index);
        String real =
                graph.add(tensors.unique(name + "_dequantized", index), new Dequantize(), codes);
        dequantized.put(index, real);
        return real;
    }

    private String signed(String name, int index, Tensor constant) {
        made(index);
        TensorType t = constant.type();
        return graph.constant(name, constant.as(new TensorType(DType.S8, t.shape(), t.quant())));
    }

    private static boolean isSignedInDisguise(TensorType t) {
        return t.dtype() == DType.U8
                && t.quant() instanceof Quant.PerTensor p
                && p.zeroPoint() == 0;
    }
}

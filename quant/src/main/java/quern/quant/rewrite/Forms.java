package quern.quant.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Op;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.quant.QuantOptions;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.Codes;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * The forms in which each value of the float graph exists in the quantized one, real and in codes
 * of one or more scales; conversions are added where a reader first asks for a form.
 */
final class Forms {
    private record Coded(String value, Quant.PerTensor quant) {}

    private final Graph graph;
    private final QuantOptions options;
    private final AffineScheme scheme;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Map<String, TensorType> types = new HashMap<>();
    private final Map<String, String> primary = new HashMap<>();
    private final Map<String, String> reals = new HashMap<>();
    private final Map<Coded, String> codes = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    Forms(Graph graph, QuantOptions options) {
        this.graph = graph;
        this.options = options;
        this.scheme = options.activationScheme();
    }

    List<Node> nodes() {
        return nodes;
    }

    Map<String, Tensor> constants() {
        return constants;
    }

    TensorType type(String name) {
        return types.get(name);
    }

    /** The type of a value's codes. */
    TensorType codes(Value v, Quant.PerTensor quant) {
        return new TensorType(scheme.dtype(), v.type().shape(), quant);
    }

    /** A name that neither graph has. */
    String fresh(String prefix) {
        String candidate = prefix;
        for (int i = 1; graph.has(candidate) || !taken.add(candidate); i++) {
            candidate = prefix + "_" + i;
        }
        return candidate;
    }

    void add(Node node) {
        nodes.add(node);
        node.outputs().forEach(v -> types.put(v.name(), v.type()));
    }

    /** Says that a value was made under its own name. */
    void define(String value, TensorType type) {
        define(value, new Value(value, type));
    }

    /** Says under which name a value was made. */
    void define(String value, Value made) {
        types.put(made.name(), made.type());
        primary.put(value, made.name());
        if (made.type().quant() instanceof Quant.PerTensor q) {
            codes.put(new Coded(value, q), made.name());
        } else {
            reals.put(value, made.name());
        }
    }

    /** The form in which a value was made first. */
    String primary(String value) {
        return primary.get(value);
    }

    /** Adds a node that makes the real form of a value under the value's own name. */
    void dequantize(String from, Value original) {
        convert(new Dequantize(), from, original);
        reals.put(original.name(), original.name());
    }

    /** The name of a value's real form. */
    String real(String value) {
        if (graph.constant(value).isPresent()) {
            return constant(value, graph.constant(value).get());
        }
        String known = reals.get(value);
        if (known != null) {
            return known;
        }
        Value real = new Value(fresh(value + "_float"), graph.type(value));
        convert(new Dequantize(), primary.get(value), real);
        reals.put(value, real.name());
        return real.name();
    }

    /** The name of a value's codes with this scale and zero point. */
    String codes(String value, Quant.PerTensor quant) {
        if (graph.constant(value).isPresent()) {
            return constant(value, Codes.quantize(graph.constant(value).get(), scheme, quant));
        }
        String known = codes.get(new Coded(value, quant));
        if (known != null) {
            return known;
        }
        String from = primary.get(value);
        boolean real = !types.get(from).isQuantized();
        String name = fresh(value + (real ? "_quantized" : "_requantized"));
        TensorType type = new TensorType(scheme.dtype(), graph.type(value).shape(), quant);
        convert(real ? new Quantize() : new Requantize(), from, new Value(name, type));
        codes.put(new Coded(value, quant), name);
        return name;
    }

    /** The name of a constant: the wanted one unless another tensor has it. */
    String constant(String wanted, Tensor tensor) {
        String name = wanted;
        for (int i = 1; constants.containsKey(name) && !constants.get(name).equals(tensor); i++) {
            name = wanted + "_" + i;
            while (graph.has(name) && !constants.containsKey(name)) {
                name = wanted + "_" + ++i;
            }
        }
        constants.put(name, tensor);
        taken.add(name);
        types.put(name, tensor.type());
        return name;
    }

    private void convert(Op op, String from, Value to) {
        add(new Node(op, List.of(from), List.of(to), options.rounding()));
    }
}

package quern.quant.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.numeric.SmallFloats;
import quern.op.Op;
import quern.op.TypeRules;
import quern.op.nn.BatchMatmul;
import quern.op.quantize.Cast;
import quern.op.quantize.Dequantize;
import quern.op.shape.Gather;
import quern.quant.QuantOptions;
import quern.quant.Scheme;
import quern.quant.affine.WeightQuantizer;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.rewrite.DeadCode;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * The same float graph with its weights stored in fewer bits: codes behind a Dequantize, or 16-bit
 * floats behind a Cast, which run when a plan is made.
 *
 * <p>Weights are the filters of convolutions and fully connected layers, constant factors of matrix
 * products, and tables that rows are gathered from. Codes have scales for each output channel or
 * row of a table, or for blocks along the last axis where that is the axis of inputs and no shorter
 * than a block.
 */
public final class StoredWeights {
    private static final int FEWEST = 64;

    private final Graph graph;
    private final QuantOptions options;
    private final WeightQuantizer weights;
    private final Map<String, Tensor> rounded;
    private final Map<String, String> kept = new LinkedHashMap<>();
    private final Map<String, Tensor> constants;
    private final Map<String, Optional<String>> stored = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();

    private StoredWeights(
            Graph graph,
            QuantOptions options,
            Map<String, String> keepFloat,
            Map<String, Tensor> rounded) {
        this.graph = graph;
        this.rounded = rounded;
        this.options = options;
        this.weights = EdgeLayers.weights(graph, options);
        this.constants = new LinkedHashMap<>(graph.constants());
        kept.putAll(keepFloat);
    }

    /**
     * Stores the weights of all nodes but those named.
     *
     * @param rounded codes of weights that were chosen beforehand, by the name of their node
     * @param metadata of the result
     * @throws FormatException if there are no weights to store, or one of them is NaN or infinite
     */
    public static FloatResult of(
            Graph graph,
            QuantOptions options,
            Map<String, String> keepFloat,
            Map<String, Tensor> rounded,
            Map<String, String> metadata) {
        return new StoredWeights(graph, options, keepFloat, rounded).write(metadata);
    }

    private FloatResult write(Map<String, String> metadata) {
        boolean any = false;
        for (Node n : graph.nodes()) {
            List<String> inputs = new ArrayList<>(n.inputs());
            for (int i = 0; i < inputs.size() && !kept.containsKey(n.name()); i++) {
                if (isWeights(graph, n, i)) {
                    Optional<String> name = stored(n, i);
                    any |= name.isPresent();
                    inputs.set(i, name.orElse(inputs.get(i)));
                }
            }
            nodes.add(new Node(n.op(), inputs, n.outputs(), n.rounding()));
        }
        if (!any) {
            throw new FormatException(
                    "graph " + graph.name(), "none of its nodes has constant weights to store");
        }
        Graph all =
                new Graph(
                        graph.name(),
                        graph.rounding(),
                        graph.inputs(),
                        graph.states(),
                        constants,
                        nodes,
                        graph.outputs(),
                        metadata);
        return new FloatResult(new DeadCode().apply(all), kept);
    }

    /** Whether the weights of a layer are worth to be stored in another form. */
    public static boolean areWeights(Graph graph, Node n) {
        return QuantRules.of(n.op()) instanceof QuantRule.Weighted && isWeights(graph, n, 1);
    }

    private static boolean isWeights(Graph graph, Node n, int i) {
        Optional<Tensor> t = graph.constant(n.inputs().get(i));
        if (t.isEmpty() || !TypeRules.isReal(t.get().type()) || t.get().elements() < FEWEST) {
            return false;
        }
        boolean matrix = t.get().shape().rank() >= 2;
        return matrix
                && (i == 1 && QuantRules.of(n.op()) instanceof QuantRule.Weighted
                        || i == 0 && n.op() instanceof Gather g && g.axis() == 0
                        || n.op() instanceof BatchMatmul);
    }

    /** The name of the real weights that are made from stored ones. */
    private Optional<String> stored(Node n, int i) {
        String name = n.inputs().get(i);
        int axis =
                QuantRules.of(n.op()) instanceof QuantRule.Weighted w && i == 1
                        ? w.channelAxis()
                        : 0;
        boolean half = options.scheme() != Scheme.WEIGHT_ONLY;
        String key =
                half || rounded.containsKey(n.name())
                        ? (half ? name : name + " of " + n.name())
                        : name + " along " + axis + " for " + weights.of(n.name()).scheme();
        return stored.computeIfAbsent(
                key, k -> half ? half(n, name) : Optional.of(codes(n, name, axis)));
    }

    private Optional<String> half(Node n, String name) {
        boolean brain = options.scheme() == Scheme.BFLOAT16;
        Tensor real = graph.constant(name).orElseThrow();
        short[] bits = new short[real.elements()];
        for (int i = 0; i < bits.length; i++) {
            float x = real.real(i);
            bits[i] = brain ? SmallFloats.toBf16(x) : SmallFloats.toF16(x);
            float y = brain ? SmallFloats.ofBf16(bits[i]) : SmallFloats.ofF16(bits[i]);
            if (Float.isInfinite(y) && !Float.isInfinite(x)) {
                kept.put(n.name(), "its weight " + x + " is beyond the largest 16-bit float");
                return Optional.empty();
            }
        }
        TensorType type = TensorType.of(brain ? DType.BF16 : DType.F16, real.shape());
        return Optional.of(real(name, Tensor.view(type, bits, 0), new Cast(DType.F32)));
    }

    private String codes(Node n, String name, int axis) {
        Tensor real = graph.constant(name).orElseThrow();
        try {
            Tensor codes = weights.of(n.name()).quantizeWeights(real, axis);
            return real(name, rounded.getOrDefault(n.name(), codes), new Dequantize());
        } catch (IllegalArgumentException e) {
            throw new FormatException("weights of node " + n.name(), e.getMessage());
        }
    }

    private String real(String name, Tensor stored, Op op) {
        String constant = fresh(name + "_stored");
        constants.put(constant, stored);
        TensorType type = graph.type(name);
        Value real = new Value(fresh(name + "_real"), type);
        nodes.add(new Node(op, List.of(constant), List.of(real), graph.rounding()));
        return real.name();
    }

    private String fresh(String prefix) {
        String candidate = prefix;
        while (graph.has(candidate) || !taken.add(candidate)) {
            candidate += "_";
        }
        return candidate;
    }
}

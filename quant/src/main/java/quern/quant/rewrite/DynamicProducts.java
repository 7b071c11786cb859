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
import quern.fixedpoint.AccumulatorBound;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Op;
import quern.op.OpSet;
import quern.op.Padding;
import quern.op.TypeRules;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.quantize.Cast;
import quern.op.quantize.DynamicQuantize;
import quern.op.shape.Pad;
import quern.quant.QuantOptions;
import quern.quant.affine.Channels;
import quern.quant.affine.WeightQuantizer;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.reference.AccumulatorProof;
import quern.rewrite.DeadCode;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * The same graph with integer products between float32 values: a DynamicQuantize makes U8 codes of
 * what goes into a layer with constant weights, the layer sums products of codes, and the sums
 * become real again.
 *
 * <p>With codes {@code q}, their scale {@code s} and zero point {@code z}, and weights {@code w} of
 * scale {@code t}: {@code y = activation(f32(sum q w - z sum w) * (s t) + bias)}. Images are padded
 * with the code {@code z}. The same layers that ONNX Runtime quantizes dynamically.
 */
public final class DynamicProducts {
    private static final TensorType UNIT =
            new TensorType(DType.U8, Shape.of(), Quant.perTensor(1f, 0));

    private record Codes(String codes, String scale, String zero) {}

    private final Graph graph;
    private final WeightQuantizer quantizer;
    private final Map<String, Tensor> rounded;
    private final Map<String, String> kept = new LinkedHashMap<>();
    private final Map<String, Tensor> constants;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Codes> codes = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    private DynamicProducts(
            Graph graph,
            QuantOptions options,
            Map<String, String> keepFloat,
            Map<String, Tensor> rounded) {
        this.graph = graph;
        this.rounded = rounded;
        this.quantizer = EdgeLayers.weights(graph, options);
        this.constants = new LinkedHashMap<>(graph.constants());
        kept.putAll(keepFloat);
    }

    /**
     * Quantizes the products of all layers but those named.
     *
     * @param rounded codes of weights that were chosen beforehand, by the name of their node
     * @param metadata of the result
     * @throws FormatException if there is no such layer, or a weight is NaN or infinite
     */
    public static FloatResult of(
            Graph graph,
            QuantOptions options,
            Map<String, String> keepFloat,
            Map<String, Tensor> rounded,
            Map<String, String> metadata) {
        return new DynamicProducts(graph, options, keepFloat, rounded).write(metadata);
    }

    private FloatResult write(Map<String, String> metadata) {
        boolean any = false;
        for (Node n : graph.nodes()) {
            Optional<Tensor> weights = weights(n);
            if (weights.isPresent()) {
                any = true;
                layer(n, weights.get());
            } else {
                nodes.add(n);
            }
        }
        if (!any) {
            throw new FormatException(
                    "graph " + graph.name(),
                    "none of its nodes is a layer with constant weights to quantize");
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

    /** The codes of a node's weights if its products can be quantized; else says why not. */
    private Optional<Tensor> weights(Node n) {
        if (!(QuantRules.of(n.op()) instanceof QuantRule.Weighted rule)
                || kept.containsKey(n.name())) {
            return Optional.empty();
        }
        Optional<String> why = obstacle(graph, n);
        if (why.isPresent()) {
            kept.put(n.name(), why.get());
            return Optional.empty();
        }
        Optional<Tensor> real = graph.constant(n.inputs().get(1));
        try {
            Tensor near = quantizer.of(n.name()).quantizeWeights(real.get(), rule.channelAxis());
            Tensor w = rounded.getOrDefault(n.name(), near);
            for (long b : AccumulatorProof.bounds(UNIT, w, rule.channelAxis(), Optional.empty())) {
                if (!AccumulatorBound.fitsInt32(b)) {
                    kept.put(n.name(), "int32 may not hold its sums");
                    return Optional.empty();
                }
            }
            return Optional.of(w);
        } catch (IllegalArgumentException e) {
            throw new FormatException("weights of node " + n.name(), e.getMessage());
        }
    }

    /** Why the products of a layer cannot be quantized, if they cannot. */
    public static Optional<String> obstacle(Graph graph, Node n) {
        if (!TypeRules.isReal(graph.type(n.inputs().get(0)))
                || graph.constant(n.inputs().get(1)).isEmpty()) {
            return Optional.of("it has no constant float32 weights");
        } else if (!hasSums(n.op())) {
            return Optional.of(OpSet.standard().name(n.op()) + " makes no integer sums");
        } else if (!Border.isKnown(n, graph)) {
            return Optional.of("its padding depends on open dimensions");
        }
        return Optional.empty();
    }

    private static boolean hasSums(Op op) {
        return op instanceof FullyConnected
                || op instanceof Conv2d
                || op instanceof DepthwiseConv2d;
    }

    private void layer(Node n, Tensor w) {
        int axis = ((QuantRule.Weighted) QuantRules.of(n.op())).channelAxis();
        Codes x = codes(n.inputs().get(0));
        Shape out = n.output().type().shape();
        String input = padded(n, x);
        TensorType unit = UNIT.withShape(type(input).shape());
        String typed = add(n, "_codes", new Cast(DType.U8), unit, input);
        String weights = constant(n.inputs().get(1) + "_codes", w);
        TensorType integers = TensorType.of(DType.S32, out);
        String sums = add(n, "_sums", unpadded(n.op()), integers, typed, weights);
        int[] columns = columns(w, axis);
        String column =
                constant(n.name() + "_columns", Tensor.of(Shape.of(columns.length), columns));
        TensorType row = TensorType.of(DType.S32, Shape.of(columns.length));
        String zero =
                add(n, "_zero", new Cast(DType.S32), TensorType.of(DType.S32, Shape.of()), x.zero);
        String shift = add(n, "_shift", new Mul(Activation.NONE), row, column, zero);
        String centred = add(n, "_centred", new Sub(Activation.NONE), integers, sums, shift);
        TensorType reals = TensorType.of(DType.F32, out);
        String real = add(n, "_real", new Cast(DType.F32), reals, centred);
        String factors =
                constant(n.name() + "_scales", Tensor.of(row.shape(), scales(w, columns.length)));
        TensorType factor = TensorType.of(DType.F32, row.shape());
        String scale = add(n, "_scale", new Mul(Activation.NONE), factor, factors, x.scale);
        Activation last = ((Activated) n.op()).activation();
        if (n.has(2)) {
            String product = add(n, "_product", new Mul(Activation.NONE), reals, real, scale);
            last(n, new Add(last), product, n.inputs().get(2));
        } else {
            last(n, new Mul(last), real, scale);
        }
    }

    private void last(Node n, Op op, String a, String b) {
        nodes.add(new Node(op, List.of(a, b), n.outputs(), n.rounding()));
    }

    private Codes codes(String x) {
        return codes.computeIfAbsent(
                x,
                name -> {
                    Shape shape = graph.type(name).shape();
                    Value q = value(name + "_dynamic", TensorType.of(DType.U8, shape));
                    Value s = value(name + "_scale", TensorType.of(DType.F32, Shape.of()));
                    Value z = value(name + "_zero", TensorType.of(DType.U8, Shape.of()));
                    nodes.add(
                            new Node(
                                    new DynamicQuantize(),
                                    List.of(name),
                                    List.of(q, s, z),
                                    graph.rounding()));
                    return new Codes(q.name(), s.name(), z.name());
                });
    }

    /** The codes of an image with its border, which has the code of zero. */
    private String padded(Node n, Codes x) {
        Border border = Border.of(n, graph);
        if (border.isEmpty()) {
            return x.codes;
        }
        TensorType type = TensorType.of(DType.U8, border.around(graph.type(n.inputs().get(0))));
        Pad pad = new Pad(border.before(), border.after(), 0);
        return add(n, "_padded", pad, type, x.codes, x.zero);
    }

    private static Op unpadded(Op op) {
        if (op instanceof Conv2d c) {
            return new Conv2d(c.stride(), c.dilation(), Padding.VALID, c.groups(), Activation.NONE);
        } else if (op instanceof DepthwiseConv2d d) {
            return new DepthwiseConv2d(d.stride(), d.dilation(), Padding.VALID, Activation.NONE);
        }
        return ((FullyConnected) op).with(Activation.NONE);
    }

    private static int[] columns(Tensor w, int axis) {
        Channels channels = Channels.along(w.shape(), axis);
        int[] sums = new int[channels.count()];
        for (int i = 0; i < w.elements(); i++) {
            int c = channels.of(i);
            sums[c] += w.code(i) - w.type().zeroPoint(c);
        }
        return sums;
    }

    private static float[] scales(Tensor w, int count) {
        float[] scales = new float[count];
        for (int c = 0; c < count; c++) {
            scales[c] = w.type().scale(c);
        }
        return scales;
    }

    private TensorType type(String name) {
        return nodes.stream()
                .flatMap(m -> m.outputs().stream())
                .filter(v -> v.name().equals(name))
                .findFirst()
                .orElseThrow()
                .type();
    }

    private Value value(String prefix, TensorType type) {
        return new Value(fresh(prefix), type);
    }

    private String add(Node n, String suffix, Op op, TensorType type, String... inputs) {
        Value made = value(n.name() + suffix, type);
        nodes.add(new Node(op, List.of(inputs), List.of(made), n.rounding()));
        return made.name();
    }

    private String constant(String prefix, Tensor tensor) {
        String name = fresh(prefix);
        constants.put(name, tensor);
        return name;
    }

    private String fresh(String prefix) {
        String candidate = prefix;
        while (graph.has(candidate) || !taken.add(candidate)) {
            candidate += "_";
        }
        return candidate;
    }
}

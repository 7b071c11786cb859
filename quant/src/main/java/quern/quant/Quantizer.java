package quern.quant;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.OpSet;
import quern.quant.affine.WeightQuantizer;
import quern.quant.calibration.Calibration;
import quern.quant.calibration.Calibrator;
import quern.quant.calibration.FirstSamples;
import quern.quant.calibration.Ranges;
import quern.quant.repair.AdaptiveRounding;
import quern.quant.repair.BiasAbsorption;
import quern.quant.repair.BiasCorrection;
import quern.quant.repair.CompensatedRounding;
import quern.quant.repair.Equalization;
import quern.quant.repair.SmoothedProducts;
import quern.quant.rewrite.ActivationQuants;
import quern.quant.rewrite.DynamicProducts;
import quern.quant.rewrite.EdgeLayers;
import quern.quant.rewrite.FloatResult;
import quern.quant.rewrite.NodeSelection;
import quern.quant.rewrite.QuantizedGraph;
import quern.quant.rewrite.StoredWeights;
import quern.quant.rewrite.WideForms;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.quant.sensitivity.DominantValues;
import quern.quant.sensitivity.Guards;
import quern.rewrite.Binding;
import quern.rewrite.ShortNames;
import quern.rewrite.Simplify;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Post-training quantization: a float graph and sample inputs in, a graph of integer operators out,
 * or what else a {@link Scheme} says.
 *
 * <p>For {@link Scheme#STATIC} the graph is simplified, run on the samples to learn the range of
 * each value, and rewritten by the rules of {@link quern.quant.rule.QuantRules}: weights and biases
 * become integer constants, activations S8 with one scale and zero point each. Nodes that stay in
 * float get a Dequantize before and a Quantize behind them. Names of inputs and outputs are kept,
 * others shortened by {@link ShortNames}; types of inputs and outputs become S8, except where a
 * node in float makes an output or alone reads an input, or the options ask for F32. The result's
 * metadata is that of the model and says how it was quantized.
 */
public final class Quantizer {
    private static final int FIRST_SAMPLES = 256;
    private static final int CORRELATED_SAMPLES = 64;
    private static final int ABSORBED_SAMPLES = 32;
    private static final String ASKED = "the options say so";

    private Quantizer() {}

    /** Quantizes with {@link QuantOptions#of}; see {@link #convert}. */
    public static Graph quantize(Graph model, Iterable<List<Tensor>> samples) {
        return quantize(model, samples, QuantOptions.of(model));
    }

    /** Quantizes with options; see {@link #convert}. */
    public static Graph quantize(
            Graph model, Iterable<List<Tensor>> samples, QuantOptions options) {
        return convert(model, samples, options).graph();
    }

    /**
     * Quantizes by a scheme that needs no samples and returns what was learned on the way.
     *
     * @param model a float graph, symbolic dimensions and state allowed
     * @throws FormatException if the model is quantized already or has nothing to quantize
     * @throws IllegalArgumentException if the scheme needs samples
     */
    public static QuantizedModel convert(Graph model, QuantOptions options) {
        if (options.scheme().needsSamples()) {
            throw new IllegalArgumentException(
                    options.scheme().label() + " quantization needs samples");
        }
        ShortNames names = ShortNames.of(Simplify.simplify(model));
        Graph graph = names.graph();
        requireUnquantized(graph);
        Map<String, String> keepFloat = asked(graph, names, options.keepFloat());
        QuantOptions plain =
                options.toBuilder()
                        .compensated(false)
                        .adaptive(false)
                        .equalized(false)
                        .smoothed(false)
                        .biasCorrection(false)
                        .build();
        return written(graph, graph, plain, keepFloat, Map.of(), metadata(graph, plain));
    }

    /** Of codes of weights, with the scales of activations to be known in each run or never. */
    private static QuantizedModel written(
            Graph graph,
            Graph corrected,
            QuantOptions options,
            Map<String, String> keepFloat,
            Map<String, Tensor> rounded,
            Map<String, String> metadata) {
        FloatResult made =
                options.scheme() == Scheme.DYNAMIC
                        ? DynamicProducts.of(corrected, options, keepFloat, rounded, metadata)
                        : StoredWeights.of(corrected, options, keepFloat, rounded, metadata);
        return new QuantizedModel(
                made.graph(),
                graph,
                new Calibration(Map.of(), 0),
                new Ranges(Map.of()),
                made.keptFloat());
    }

    /**
     * Quantizes and returns what was learned on the way.
     *
     * @param model a float graph; symbolic dimensions become those of the first sample
     * @param samples calibration data, each sample with one F32 tensor an input (one of its own
     *     type if that is none of real numbers), in the graph's order; read once, one at a time;
     *     some hundred that are like what the model will see (not read for storage in 16-bit
     *     floats; where activations have no scales, they only say how weights are best rounded)
     * @throws FormatException if the model is quantized already, has state or nothing to quantize,
     *     there is no sample, one does not fit the model or leads to NaN or infinity, or a range
     *     has no binary32 scale; the message names the value, node or sample
     */
    public static QuantizedModel convert(
            Graph model, Iterable<List<Tensor>> samples, QuantOptions options) {
        if (!options.scheme().hasCodes()) {
            return convert(model, options);
        }
        Graph simplified = Simplify.simplify(model);
        Iterable<List<Tensor>> all = samples;
        if (!Binding.isStatic(simplified)) {
            Iterator<List<Tensor>> rest = samples.iterator();
            if (rest.hasNext()) {
                List<Tensor> one = rest.next();
                simplified = bound(simplified, one);
                all = () -> Stream.concat(Stream.of(one), remaining(rest)).iterator();
            }
        }
        ShortNames names = ShortNames.of(simplified);
        Graph graph = names.graph();
        requireFloat(graph);
        requireInputs(graph, options.inputs().keySet());
        if (options.equalized() || options.smoothed()) {
            Iterator<List<Tensor>> rest = all.iterator();
            List<List<Tensor>> some = new ArrayList<>();
            while (some.size() < ABSORBED_SAMPLES && rest.hasNext()) {
                some.add(rest.next());
            }
            if (!some.isEmpty()) {
                graph = moved(graph, options, some);
            }
            all = () -> Stream.concat(some.stream(), remaining(rest)).iterator();
        }
        FirstSamples read = new FirstSamples(all, FIRST_SAMPLES);
        if (!options.scheme().needsSamples()) {
            return repaired(graph, asked(graph, names, options.keepFloat()), options, read);
        }
        Calibration calibration = Calibrator.calibrate(graph, read, options.ranges());
        Ranges ranges = calibration.ranges(options.ranges(), options.activationScheme());
        Map<String, String> keepFloat = asked(graph, names, options.keepFloat());
        if (options.guarded()) {
            Guards.find(graph, ranges).forEach(keepFloat::putIfAbsent);
        }
        if (options.wideActivations()) {
            WideForms.missing(graph, options.rounding()).forEach(keepFloat::putIfAbsent);
        }
        NodeSelection first = NodeSelection.of(graph, keepFloat);
        if (options.keptShare() > 0 && !options.wideActivations()) {
            dominant(graph, first, calibration, ranges, options, read.first())
                    .forEach(keepFloat::putIfAbsent);
        }
        NodeSelection selection = NodeSelection.of(graph, keepFloat);
        WeightQuantizer weights = EdgeLayers.weights(graph, options);
        Map<String, Tensor> rounded =
                rounded(graph, selection::isQuantized, weights, options, read.first());
        Graph corrected =
                options.biasCorrection()
                        ? BiasCorrection.apply(
                                graph, selection::isQuantized, weights, rounded, read.first())
                        : graph;
        Map<String, String> metadata = metadata(graph, options);
        metadata.put("quantization.samples", Long.toString(calibration.samples()));
        metadata.put("quantization.data", "sha256 " + read.digest());
        Graph quantized =
                QuantizedGraph.of(corrected, selection, ranges, rounded, options, metadata);
        return new QuantizedModel(quantized, graph, calibration, ranges, selection.keptFloat());
    }

    /** Without scales of activations: samples only say how weights are best rounded. */
    private static QuantizedModel repaired(
            Graph graph,
            Map<String, String> keepFloat,
            QuantOptions options,
            FirstSamples samples) {
        long count = 0;
        for (List<Tensor> sample : samples) {
            count += sample.isEmpty() ? 0 : 1;
        }
        if (count == 0) {
            throw new FormatException("graph " + graph.name(), "there is no calibration sample");
        }
        boolean dynamic = options.scheme() == Scheme.DYNAMIC;
        Predicate<Node> layers =
                n ->
                        !keepFloat.containsKey(n.name())
                                && QuantRules.of(n.op()) instanceof QuantRule.Weighted
                                && (dynamic
                                        ? DynamicProducts.obstacle(graph, n).isEmpty()
                                        : StoredWeights.areWeights(graph, n));
        WeightQuantizer weights = EdgeLayers.weights(graph, options);
        Map<String, Tensor> rounded = rounded(graph, layers, weights, options, samples.first());
        Graph corrected =
                options.biasCorrection()
                        ? BiasCorrection.apply(graph, layers, weights, rounded, samples.first())
                        : graph;
        Map<String, String> metadata = metadata(graph, options);
        metadata.put("quantization.samples", Long.toString(count));
        metadata.put("quantization.data", "sha256 " + samples.digest());
        return written(graph, corrected, options, keepFloat, rounded, metadata);
    }

    private static Map<String, Tensor> rounded(
            Graph graph,
            Predicate<Node> quantized,
            WeightQuantizer weights,
            QuantOptions options,
            List<List<Tensor>> samples) {
        if (options.adaptive()) {
            return AdaptiveRounding.codes(graph, quantized, weights, some(samples));
        }
        return options.compensated()
                ? CompensatedRounding.codes(graph, quantized, weights, some(samples))
                : Map.of();
    }

    private static Map<String, String> metadata(Graph graph, QuantOptions options) {
        Map<String, String> metadata = new TreeMap<>(graph.metadata());
        metadata.put("quantization.method", options.scheme().label());
        metadata.put("quantization.options", options.describe());
        return metadata;
    }

    private static Graph bound(Graph graph, List<Tensor> sample) {
        List<TensorType> types = new ArrayList<>();
        for (int i = 0; i < graph.inputs().size(); i++) {
            TensorType type = graph.inputs().get(i).type();
            types.add(i < sample.size() ? type.withShape(sample.get(i).shape()) : type);
        }
        return Simplify.simplify(Binding.bind(graph, types));
    }

    private static Graph moved(Graph graph, QuantOptions options, List<List<Tensor>> samples) {
        Graph moved =
                options.equalized()
                        ? BiasAbsorption.apply(Equalization.apply(graph, samples), samples)
                        : graph;
        if (!options.smoothed()) {
            return moved;
        }
        boolean real = options.guarded() && Guards.isTransformer(moved);
        if (options.scheme() == Scheme.STATIC && !real) {
            throw new FormatException(
                    "graph " + graph.name(),
                    "products are smoothed where their inputs are in float, as in transformers"
                            + " with guards; this one has codes there");
        }
        return SmoothedProducts.apply(moved, samples);
    }

    private static Stream<List<Tensor>> remaining(Iterator<List<Tensor>> rest) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(rest, Spliterator.ORDERED), false);
    }

    private static List<List<Tensor>> some(List<List<Tensor>> samples) {
        return samples.subList(0, Math.min(CORRELATED_SAMPLES, samples.size()));
    }

    /** The nodes that the options name, by name or pattern. */
    private static Map<String, String> asked(Graph graph, ShortNames names, Set<String> wanted) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String pattern : wanted) {
            if (!pattern.contains("*")) {
                found.put(names.name(pattern), ASKED);
                continue;
            }
            String quoted = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
            Predicate<String> matches = Pattern.compile(quoted).asMatchPredicate();
            List<String> some =
                    graph.nodes().stream().map(Node::name).filter(matches).sorted().toList();
            if (some.isEmpty()) {
                throw new FormatException(
                        "pattern " + pattern,
                        "its nodes are to stay in float, but the simplified graph has none");
            }
            some.forEach(n -> found.put(n, ASKED));
        }
        return found;
    }

    private static Map<String, String> dominant(
            Graph graph,
            NodeSelection selection,
            Calibration calibration,
            Ranges ranges,
            QuantOptions options,
            List<List<Tensor>> samples) {
        ActivationQuants quants =
                new ActivationQuants(
                        graph, selection, ranges, options.activationScheme(), options.inputs());
        return DominantValues.find(
                graph,
                selection::isQuantized,
                quants::of,
                options.activationScheme(),
                calibration,
                samples,
                options.keptShare());
    }

    private static void requireInputs(Graph graph, Set<String> names) {
        for (String name : names) {
            if (graph.inputs().stream().noneMatch(v -> v.name().equals(name))) {
                throw new FormatException(
                        "input " + name, "its quantization is given, but there is no such input");
            }
        }
    }

    private static void requireFloat(Graph graph) {
        if (!graph.states().isEmpty()) {
            throw new FormatException(
                    "graph " + graph.name(),
                    "it carries state from run to run, and calibrating state is not in this version");
        }
        requireUnquantized(graph);
    }

    private static void requireUnquantized(Graph graph) {
        for (Value v : graph.inputs()) {
            requireFloat(v, "input");
        }
        for (Node n : graph.nodes()) {
            n.outputs().forEach(v -> requireFloat(v, OpSet.standard().name(n.op())));
        }
    }

    private static void requireFloat(Value v, String what) {
        if (v.type().isQuantized()) {
            throw new FormatException(
                    what + " " + v.name(),
                    "the model is quantized already (type "
                            + v.type()
                            + "); quantizing begins with its float model");
        }
    }
}

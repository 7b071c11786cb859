package quern.quant.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.quant.QuantOptions;
import quern.quant.QuantizedModel;
import quern.quant.Quantizer;
import quern.quant.affine.Codes;
import quern.quant.affine.WeightQuantizer;
import quern.quant.diagnosis.LayerErrors;
import quern.quant.rewrite.EdgeLayers;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.quant.sensitivity.OutputError;
import quern.tensor.Tensor;

/**
 * Chooses for each layer among weights of 4 bits, 8 bits and float so that a measure of the whole
 * model stays above a bound with as few bytes as can be found. Layers are ordered by the error that
 * 4 bits in each alone put on the outputs for each weight saved; the longest row of them that keeps
 * the bound is found by bisection, each trial a model that is made and measured. Where 8 bits
 * everywhere are not enough, layers become float instead, those with the largest error at the
 * outputs first. First and last layers keep 8 bits where the options say so.
 */
public final class PrecisionSearch {
    private static final int FEW_BITS = 4;
    private static final int SAMPLES = 8;
    private static final int FEWEST = 64;

    /**
     * A model that was measured.
     *
     * @param fourBit layers with weights of 4 bits
     * @param inFloat layers in float
     * @param bytes of all its constants
     * @param value what was measured
     */
    public record Point(int fourBit, int inFloat, long bytes, double value) {}

    /**
     * A layer of the chosen model.
     *
     * @param name of its node
     * @param weights how many it has
     * @param error that 4 bits in it alone put on the outputs, as a part of their power
     * @param bits of its weights; 32 in float
     */
    public record Layer(String name, long weights, double error, int bits) {}

    /**
     * What was found.
     *
     * @param model the smallest that keeps the bound
     * @param options that it is made with
     * @param chosen its point
     * @param tried all points, by their bytes
     * @param layers those that the search was free to choose for, the least harmful first
     */
    public record Result(
            QuantizedModel model,
            QuantOptions options,
            Point chosen,
            List<Point> tried,
            List<Layer> layers) {
        /** The points that none is better than in both bytes and value, by their bytes. */
        public List<Point> front() {
            return tried.stream()
                    .filter(
                            p ->
                                    tried.stream()
                                            .noneMatch(
                                                    o ->
                                                            o.bytes() <= p.bytes()
                                                                    && o.value() >= p.value()
                                                                    && !o.equals(p)))
                    .toList();
        }
    }

    private final Graph model;
    private final Iterable<List<Tensor>> samples;
    private final QuantOptions base;
    private final ToDoubleFunction<Graph> metric;
    private final Journal journal;
    private final Map<String, Point> tried = new LinkedHashMap<>();
    private List<Layer> order = List.of();
    private List<String> floats = List.of();

    private PrecisionSearch(
            Graph model,
            Iterable<List<Tensor>> samples,
            QuantOptions base,
            ToDoubleFunction<Graph> metric,
            Journal journal) {
        this.model = model;
        this.samples = samples;
        this.base = base.toBuilder().weightBits(8).layerBits(Map.of()).build();
        this.metric = metric;
        this.journal = journal;
    }

    /**
     * Searches.
     *
     * @param model a float graph
     * @param samples calibration data as for {@link Quantizer#convert}, read in each trial
     * @param base what else the models are to be; of a scheme that needs samples
     * @param metric measures a quantized model, the more the better; the same graph always gets the
     *     same value
     * @param least the value that the model must have
     * @param journal trials that were measured before
     * @throws FormatException if no trial reaches that value; the sentence says the best one
     */
    public static Result search(
            Graph model,
            Iterable<List<Tensor>> samples,
            QuantOptions base,
            ToDoubleFunction<Graph> metric,
            double least,
            Journal journal) {
        if (!base.scheme().needsSamples()) {
            throw new IllegalArgumentException(
                    "precisions are chosen for static quantization only, not "
                            + base.scheme().label());
        }
        return new PrecisionSearch(model, samples, base, metric, journal).run(least);
    }

    private Result run(double least) {
        QuantizedModel eight = Quantizer.convert(model, samples, base);
        List<List<Tensor>> few = few();
        order = order(eight, few);
        int four = 0;
        int inFloat = 0;
        if (passes(0, 0, least)) {
            four = passes(order.size(), 0, least) ? order.size() : last(least);
        } else {
            floats = floats(eight, few);
            inFloat = first(least);
        }
        QuantOptions options = options(four, inFloat);
        Point chosen = point(four, inFloat);
        List<Point> all = new ArrayList<>(tried.values());
        all.sort(Comparator.comparingLong(Point::bytes).thenComparing(p -> -p.value()));
        return new Result(
                Quantizer.convert(model, samples, options), options, chosen, all, layers(options));
    }

    private List<List<Tensor>> few() {
        List<List<Tensor>> few = new ArrayList<>();
        for (List<Tensor> sample : samples) {
            few.add(sample.stream().map(Tensor::copy).toList());
            if (few.size() == SAMPLES) {
                break;
            }
        }
        return few;
    }

    /** The largest number of 4-bit layers that passes, between one that does and all. */
    private int last(double least) {
        int good = 0;
        int bad = order.size();
        while (bad - good > 1) {
            int middle = (good + bad) >>> 1;
            if (passes(middle, 0, least)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        return good;
    }

    /** The smallest number of float layers that passes. */
    private int first(double least) {
        int bad = 0;
        int good = floats.size() - 1;
        if (good < 1 || !passes(0, good, least)) {
            double best =
                    tried.values().stream().mapToDouble(Point::value).max().orElse(Double.NaN);
            throw new FormatException(
                    "graph " + model.name(),
                    "no choice of precisions reaches " + least + "; the best tried has " + best);
        }
        while (good - bad > 1) {
            int middle = (good + bad) >>> 1;
            if (passes(0, middle, least)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        return good;
    }

    private boolean passes(int four, int inFloat, double least) {
        return point(four, inFloat).value() >= least;
    }

    private Point point(int four, int inFloat) {
        String trial = "four=" + four + " float=" + inFloat;
        Point known = tried.get(trial);
        if (known != null) {
            return known;
        }
        Optional<Point> before = journal.point(trial);
        Point p = before.isPresent() ? before.get() : measured(four, inFloat);
        if (before.isEmpty()) {
            journal.add(trial, p);
        }
        tried.put(trial, p);
        return p;
    }

    private Point measured(int four, int inFloat) {
        Graph graph = Quantizer.convert(model, samples, options(four, inFloat)).graph();
        long bytes =
                graph.constants().values().stream()
                        .mapToLong(t -> t.dtype().byteSize(t.elements()))
                        .sum();
        return new Point(four, inFloat, bytes, metric.applyAsDouble(graph));
    }

    private QuantOptions options(int four, int inFloat) {
        Map<String, Integer> bits = new TreeMap<>();
        order.subList(0, four).forEach(l -> bits.put(l.name(), FEW_BITS));
        Set<String> kept = new HashSet<>(base.keepFloat());
        kept.addAll(floats.subList(0, inFloat));
        return base.toBuilder().layerBits(bits).keepFloat(kept).build();
    }

    private List<Layer> layers(QuantOptions options) {
        return order.stream()
                .map(
                        l -> {
                            int bits =
                                    options.keepFloat().contains(l.name())
                                            ? Float.SIZE
                                            : options.layerBits().getOrDefault(l.name(), 8);
                            return new Layer(l.name(), l.weights(), l.error(), bits);
                        })
                .toList();
    }

    /** Layers by the error of 4 bits a weight saved. */
    private List<Layer> order(QuantizedModel eight, List<List<Tensor>> few) {
        Graph graph = eight.original();
        OutputError error = new OutputError(graph, few);
        Set<String> edges = base.fineEdges() ? EdgeLayers.names(graph) : Set.of();
        WeightQuantizer four = new WeightQuantizer(base.weightScheme(FEW_BITS), base.perChannel());
        List<Layer> layers = new ArrayList<>();
        for (Node n : graph.nodes()) {
            if (isLayer(graph, n)
                    && !edges.contains(n.name())
                    && !eight.keptFloat().containsKey(n.name())) {
                Tensor w = graph.constant(n.inputs().get(1)).orElseThrow();
                int axis = ((QuantRule.Weighted) QuantRules.of(n.op())).channelAxis();
                Tensor rounded = Codes.dequantize(four.quantizeWeights(w, axis));
                double e = error.of(with(graph, n, rounded));
                layers.add(new Layer(n.name(), w.elements(), e, 8));
            }
        }
        layers.sort(
                Comparator.comparingDouble((Layer l) -> l.error() / l.weights())
                        .thenComparing(Layer::name));
        return layers;
    }

    private static boolean isLayer(Graph graph, Node n) {
        return QuantRules.of(n.op()) instanceof QuantRule.Weighted
                && graph.constant(n.inputs().get(1))
                        .filter(w -> w.elements() >= FEWEST)
                        .isPresent();
    }

    /** Layers by the error that 8 bits in each alone put on the outputs. */
    private List<String> floats(QuantizedModel eight, List<List<Tensor>> few) {
        Map<String, String> names = new LinkedHashMap<>();
        Graph graph = eight.original();
        graph.inputs().forEach(v -> names.put(v.name(), v.name()));
        graph.nodes().forEach(n -> n.outputs().forEach(v -> names.put(v.name(), v.name())));
        return LayerErrors.measure(graph, eight.graph(), names, few).layers().stream()
                .map(LayerErrors.Layer::name)
                .filter(name -> graph.producer(name).isPresent())
                .toList();
    }

    private static Graph with(Graph graph, Node layer, Tensor weights) {
        Patch patch = new Patch(graph);
        List<String> inputs = new ArrayList<>(layer.inputs());
        inputs.set(1, patch.constant(layer.name() + "_trial", weights));
        return patch.replace(layer, new Node(layer.op(), inputs, layer.outputs(), layer.rounding()))
                .apply();
    }
}

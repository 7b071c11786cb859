package quern.quant.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.quant.affine.BiasQuantizer;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * A quantized graph whose weights, biases and scales are trained: the graph of integers for any
 * state of them. It keeps the nodes of the graph that post-training quantization made.
 */
final class QuantizedNetwork {
    /** A layer with weights: the names of its constants. */
    record Layer(Node node, int axis, String weights, String bias) {
        boolean hasBias() {
            return !bias.isEmpty();
        }
    }

    private static final int STEPS = 40;

    private final Graph form;
    private final QatOptions options;
    private final Map<Quant.PerTensor, Quant.PerTensor> narrowed = new LinkedHashMap<>();
    private final Map<Quant.PerTensor, LearnedScale> scales = new LinkedHashMap<>();
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private final Map<String, LearnedScale> weightScales = new LinkedHashMap<>();
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();

    /**
     * @param form made by post-training quantization
     * @param original the float graph it stands for, whose constants have the real weights
     */
    QuantizedNetwork(Graph form, Graph original, QatOptions options) {
        this.form = form;
        this.options = options;
        Set<Quant.PerTensor> fixed = new HashSet<>();
        form.inputs().forEach(v -> keep(v.type(), fixed));
        form.outputs().forEach(v -> keep(form.type(v), fixed));
        for (Node n : form.nodes()) {
            if (QuantRules.of(n.op()) instanceof QuantRule.FixedOutput) {
                keep(n.output().type(), fixed);
            }
        }
        for (Node n : form.nodes()) {
            for (Value v : n.outputs()) {
                if (v.type().quant() instanceof Quant.PerTensor q && v.type().dtype() == DType.S8) {
                    learn(q, fixed);
                }
            }
            layer(n, original);
        }
        if (layers.isEmpty()) {
            throw new FormatException(
                    "graph " + form.name(), "it has no quantized layer with constant weights");
        }
    }

    private static void keep(TensorType t, Set<Quant.PerTensor> fixed) {
        if (t.quant() instanceof Quant.PerTensor q) {
            fixed.add(q);
        }
    }

    private void learn(Quant.PerTensor q, Set<Quant.PerTensor> fixed) {
        if (narrowed.containsKey(q)) {
            return;
        }
        int bits = fixed.contains(q) ? 8 : options.activationBits();
        int low = -(1 << bits - 1);
        int high = -low - 1;
        float scale = (float) (q.scale() * 255.0 / (high - low));
        int zero = low + Math.round((q.zeroPoint() + 128) * (high - low) / 255f);
        narrowed.put(q, bits == 8 ? q : new Quant.PerTensor(scale, zero, bits));
        if (!fixed.contains(q)) {
            String name = "scale/" + scales.size();
            scales.put(q, scale(name, new float[] {narrowed.get(q).scale()}));
        }
    }

    private LearnedScale scale(String name, float[] first) {
        Tensor factor = Tensor.zeros(TensorType.f32(first.length));
        Arrays.fill(factor.floats(), 1f);
        parameters.put(name, factor);
        return new LearnedScale(factor, first);
    }

    private void layer(Node n, Graph original) {
        boolean coded = n.has(1) && form.type(n.inputs().get(1)).isQuantized();
        if (!coded || !(QuantRules.of(n.op()) instanceof QuantRule.Weighted rule)) {
            return;
        }
        String w = n.inputs().get(1);
        String b = n.has(2) ? n.inputs().get(2) : "";
        if (form.constant(w).isEmpty()) {
            return;
        }
        if (layers.containsKey(w)) {
            throw new FormatException(
                    "weights " + w, "two layers share them, which is not trained");
        }
        Node real =
                original.producer(n.name())
                        .filter(o -> o.op().getClass() == n.op().getClass())
                        .orElseThrow(
                                () ->
                                        new FormatException(
                                                "node " + n.name(),
                                                "the float model has no such layer"));
        layers.put(w, new Layer(n, rule.channelAxis(), w, b));
        Tensor weights = original.constant(real.inputs().get(1)).orElseThrow().copy();
        parameters.put(w, weights);
        if (!b.isEmpty()) {
            parameters.put(b, original.constant(real.inputs().get(2)).orElseThrow().copy());
        }
        weightScales.put(w, scale("scale/" + w, firstScales(w, weights, rule.channelAxis())));
    }

    /** Those of post-training quantization, for few bits those of the least squared error. */
    private float[] firstScales(String w, Tensor weights, int axis) {
        TensorType type = form.type(w);
        float[] first = new float[type.channels()];
        int run = run(weights.shape(), axis);
        float[] most = new float[first.length];
        for (int i = 0; i < weights.elements(); i++) {
            int c = i / run % weights.shape().dim(axis) % first.length;
            most[c] = Math.max(most[c], Math.abs(weights.real(i)));
        }
        double[] best = new double[first.length];
        Arrays.fill(best, Double.POSITIVE_INFINITY);
        int codes = most(options.weightBits());
        for (int step = STEPS; step > 0; step--) {
            double[] errors = new double[first.length];
            for (int i = 0; i < weights.elements(); i++) {
                int c = i / run % weights.shape().dim(axis) % first.length;
                double s = (double) most[c] * step / STEPS / codes;
                double q = s == 0 ? 0 : Math.rint(weights.real(i) / s);
                double e = Math.max(-codes, Math.min(codes, q)) * s - weights.real(i);
                errors[c] += e * e;
            }
            for (int c = 0; c < first.length; c++) {
                if (errors[c] < best[c]) {
                    best[c] = errors[c];
                    first[c] = most[c] * step / STEPS / codes;
                }
            }
        }
        for (int c = 0; c < first.length; c++) {
            boolean given = options.weightBits() > 4 || !(first[c] > Float.MIN_NORMAL);
            first[c] = given ? type.scale(c) : first[c];
        }
        return first;
    }

    /** The largest code of weights. */
    static int most(int bits) {
        return (1 << bits - 1) - 1;
    }

    /** Elements from one channel to the next. */
    static int run(Shape s, int axis) {
        int run = 1;
        for (int a = axis + 1; a < s.rank(); a++) {
            run *= s.dim(a);
        }
        return run;
    }

    Graph form() {
        return form;
    }

    Map<String, Tensor> parameters() {
        return parameters;
    }

    Map<String, Layer> layers() {
        return layers;
    }

    /** The scale of weights. */
    LearnedScale weightScale(String weights) {
        return weightScales.get(weights);
    }

    /** The name of the parameter of an activation's scale; empty if it is fixed. */
    String scaleName(TensorType inForm) {
        int i = 0;
        for (Quant.PerTensor q : scales.keySet()) {
            if (q.equals(inForm.quant())) {
                return "scale/" + i;
            }
            i++;
        }
        return "";
    }

    /** The scale of an activation that is not fixed. */
    LearnedScale activationScale(TensorType inForm) {
        return scales.get(inForm.quant());
    }

    /** How a value of the form is quantized now. */
    Quant quant(TensorType inForm) {
        if (!(inForm.quant() instanceof Quant.PerTensor q) || !narrowed.containsKey(q)) {
            return inForm.quant();
        }
        LearnedScale learned = scales.get(q);
        Quant.PerTensor now = narrowed.get(q);
        return learned == null
                ? now
                : new Quant.PerTensor(learned.at(0), now.zeroPoint(), now.bits());
    }

    /** The codes of weights now: {@code clamp(rint(w / s))}, the quotient in binary32. */
    Tensor codes(Layer l) {
        Tensor w = parameters.get(l.weights());
        LearnedScale s = weightScales.get(l.weights());
        int bits = options.weightBits();
        float[] now = new float[s.size()];
        for (int c = 0; c < now.length; c++) {
            now[c] = s.at(c);
        }
        Quant q =
                now.length == 1
                        ? new Quant.PerTensor(now[0], 0, bits)
                        : new Quant.PerChannel(
                                l.axis(), Floats.of(now), Ints.repeat(0, now.length), bits);
        DType dtype = bits <= 4 ? DType.S4 : DType.S8;
        Tensor codes = Tensor.zeros(new TensorType(dtype, w.shape(), q));
        int run = run(w.shape(), l.axis());
        int most = most(bits);
        for (int i = 0; i < w.elements(); i++) {
            int c = i / run % w.shape().dim(l.axis()) % now.length;
            double code = Math.rint(w.real(i) / now[c]);
            codes.setInteger(i, (long) Math.max(-most, Math.min(most, code)));
        }
        return codes;
    }

    /** The graph of integers as everything stands now, for batches of one. */
    Graph graph() {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        form.constants().forEach((name, t) -> constants.put(name, t));
        Map<String, TensorType> types = new LinkedHashMap<>();
        for (Value v : form.inputs()) {
            types.put(v.name(), v.type().withQuant(quant(v.type())));
        }
        for (Node n : form.nodes()) {
            n.outputs().forEach(v -> types.put(v.name(), v.type().withQuant(quant(v.type()))));
        }
        for (Layer l : layers.values()) {
            Tensor codes = codes(l);
            constants.put(l.weights(), codes);
            if (l.hasBias()) {
                TensorType x = types.get(l.node().inputs().get(0));
                constants.put(l.bias(), bias(l, x.scale(0), codes.type()));
            }
        }
        List<Node> nodes = new ArrayList<>();
        for (Node n : form.nodes()) {
            List<Value> outputs = new ArrayList<>();
            n.outputs().forEach(v -> outputs.add(new Value(v.name(), types.get(v.name()))));
            nodes.add(new Node(n.op(), n.inputs(), outputs, n.rounding()));
        }
        List<Value> inputs = new ArrayList<>();
        form.inputs().forEach(v -> inputs.add(new Value(v.name(), types.get(v.name()))));
        return new Graph(
                form.name(),
                form.rounding(),
                inputs,
                form.states(),
                constants,
                nodes,
                form.outputs(),
                form.metadata());
    }

    private Tensor bias(Layer l, float inputScale, TensorType weights) {
        try {
            return BiasQuantizer.quantize(parameters.get(l.bias()), inputScale, weights);
        } catch (IllegalArgumentException e) {
            throw new FormatException("layer " + l.node().name(), e.getMessage());
        }
    }
}

package quern.quant.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.math.Add;
import quern.quant.QuantizedModel;
import quern.quant.affine.Codes;
import quern.runtime.Plan;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Quantization-aware training. The forward pass of each step is the quantized graph itself, as it
 * would be exported, on integer kernels; the backward pass goes through float32 copies of its nodes
 * and straight through the rounding. Weights, biases and scales are trained; zero points stay.
 *
 * <p>So the codes of every activation in training are those of the exported model, at any moment
 * and not only at the end.
 */
public final class QatTraining implements Trainable {
    private static final String TARGET = "target";
    private static final String TEACHER = "teacher";

    private final QuantizedNetwork network;
    private final QatGraph qat;
    private final QatOptions options;
    private final PlanOptions plan;
    private final Map<String, String> gradients;
    private final Map<String, String> scaleSums = new LinkedHashMap<>();
    private final Session backward;
    private final Session teacher;
    private final String loss;
    private Session forward;

    /**
     * @param model a quantized model, S8, of one input of batch 1 and logits or a softmax at the
     *     end
     */
    public QatTraining(QuantizedModel model, QatOptions options, PlanOptions plan) {
        this.plan = plan;
        this.options = options;
        this.network = new QuantizedNetwork(model.graph(), model.original(), options);
        this.qat = new QatGraph(network, Batching.of(model.graph(), options.batch()));
        GraphBuilder b = qat.builder();
        Shape logits = b.type(qat.logits()).shape();
        b.input(TARGET, TensorType.f32(logits.toArray()));
        float share = options.distillation();
        String own = Losses.crossEntropy(b, qat.logits(), TARGET);
        if (share > 0) {
            b.input(TEACHER, TensorType.f32(logits.toArray()));
            String taught = Losses.distillation(b, qat.logits(), TEACHER, options.temperature());
            own =
                    Losses.add(
                            b,
                            new Add(Activation.NONE),
                            Losses.scaled(b, own, 1 - share),
                            Losses.scaled(b, taught, share));
        }
        this.loss = own;
        List<String> trained = network.parameters().keySet().stream().filter(b::has).toList();
        this.gradients = Differentiation.append(b, loss, trained, qat.crossings(), scaleSums);
        b.output(loss);
        gradients.values().stream().distinct().forEach(b::output);
        scaleSums.values().stream().distinct().forEach(b::output);
        this.backward = Session.open(b.build(), plan);
        this.teacher =
                Session.open(Teacher.logits(Batching.of(model.original(), options.batch())), plan);
        forward();
    }

    /** Plans the quantized graph as it stands now. */
    private void forward() {
        if (forward != null) {
            forward.close();
        }
        Graph now = Batching.of(network.graph(), options.batch());
        forward = Session.open(Plan.of(now, plan.withKeepAll(true)));
    }

    @Override
    public Map<String, Tensor> parameters() {
        return network.parameters();
    }

    @Override
    public Map<String, Tensor> buffers() {
        return Map.of();
    }

    @Override
    public boolean decays(String parameter) {
        return network.layers().containsKey(parameter);
    }

    @Override
    public void updated() {
        forward();
    }

    @Override
    public Step step(Tensor x, Tensor target) {
        forward.run(x);
        for (String value : qat.coded()) {
            Tensor codes = forward.value(value);
            fill(codes, backward.input(QatGraph.HAT + value));
            if (qat.crossings().containsKey(QatGraph.raw(value))) {
                bounds(value, codes.type());
            }
        }
        network.layers().values().forEach(this::weights);
        network.parameters()
                .forEach(
                        (name, t) -> {
                            if (gradients.containsKey(name)) {
                                Feed.copy(t, backward.input(name));
                            }
                        });
        Feed.copy(target, backward.input(TARGET));
        if (options.distillation() > 0) {
            Feed.copy(teacher.run(x).get(0), backward.input(TEACHER));
        }
        if (!forward.graph().inputs().get(0).type().isQuantized()) {
            Feed.copy(x, backward.input(forward.graph().inputs().get(0).name()));
        }
        Tensor logits = logits();
        backward.run();
        return new Step(backward.value(loss).real(0), logits, found());
    }

    private Tensor logits() {
        String name = qat.logits();
        String hat =
                name.startsWith(QatGraph.HAT)
                        ? name
                        : backward.graph().producer(name).orElseThrow().inputs().get(0);
        Tensor t = backward.input(hat);
        Shape s = t.shape();
        return t.as(TensorType.f32(s.dim(0), s.elements() / s.dim(0))).copy();
    }

    private Map<String, Tensor> found() {
        Map<String, Tensor> found = new LinkedHashMap<>();
        gradients.forEach((name, v) -> found.put(name, backward.value(v)));
        scaleSums.forEach(
                (raw, v) -> {
                    if (network.layers().containsKey(raw)) {
                        LearnedScale s = network.weightScale(raw);
                        int most = QuantizedNetwork.most(options.weightBits());
                        int count = network.parameters().get(raw).elements() / s.size();
                        add(found, "scale/" + raw, s, backward.value(v), count, most);
                    } else {
                        activation(
                                found, raw.substring(QatGraph.raw("").length()), backward.value(v));
                    }
                });
        return found;
    }

    private void activation(Map<String, Tensor> found, String value, Tensor sum) {
        String name = network.scaleName(network.form().type(value));
        if (!name.isEmpty()) {
            TensorType t = forward.graph().type(value);
            int most = Math.max(1, t.codeMax() - t.zeroPoint(0));
            int count = t.shape().elements() / options.batch();
            LearnedScale s = network.activationScale(network.form().type(value));
            add(found, name, s, sum, count, most);
        }
    }

    /** The gradient by the factor of a scale, scaled as LSQ does. */
    private static void add(
            Map<String, Tensor> found,
            String name,
            LearnedScale s,
            Tensor sum,
            int count,
            int most) {
        Tensor g = found.computeIfAbsent(name, k -> Tensor.zeros(s.factor().type()));
        float part = (float) (1 / Math.sqrt((double) count * most));
        for (int c = 0; c < s.size(); c++) {
            g.setReal(c, g.real(c) + sum.real(c) / s.at(c) * s.first()[c] * part);
        }
    }

    private void weights(QuantizedNetwork.Layer l) {
        Tensor codes = forward.value(l.weights());
        fill(codes, backward.input(QatGraph.HAT + l.weights()));
        LearnedScale s = network.weightScale(l.weights());
        int most = QuantizedNetwork.most(options.weightBits());
        for (int c = 0; c < s.size(); c++) {
            backward.input(QatGraph.LOW + l.weights()).setReal(c, -most * s.at(c));
            backward.input(QatGraph.HIGH + l.weights()).setReal(c, most * s.at(c));
        }
    }

    private void bounds(String value, TensorType t) {
        float scale = t.scale(0);
        int zero = t.zeroPoint(0);
        backward.input(QatGraph.LOW + value).setReal(0, scale * (t.codeMin() - zero));
        backward.input(QatGraph.HIGH + value).setReal(0, scale * (t.codeMax() - zero));
    }

    /** What codes stand for. */
    private static void fill(Tensor codes, Tensor to) {
        TensorType t = codes.type();
        float[] y = to.floats();
        int at = to.offset();
        if (t.channels() == 1 && !t.dtype().isPacked()) {
            float scale = t.scale(0);
            int zero = t.zeroPoint(0);
            byte[] x = codes.bytes();
            for (int i = 0; i < codes.elements(); i++) {
                y[at + i] = scale * (x[codes.offset() + i] - zero);
            }
            return;
        }
        Feed.copy(Codes.dequantize(codes), to);
    }

    /** Number of classes of the logits. */
    public int classes() {
        return backward.graph().type(TARGET).shape().dim(1);
    }

    /** The codes of every activation in the last step, by name; overwritten by the next. */
    public Map<String, Tensor> codes() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        qat.coded().forEach(v -> all.put(v, forward.value(v)));
        return all;
    }

    @Override
    public Graph export() {
        return network.graph();
    }

    @Override
    public void close() {
        forward.close();
        backward.close();
        teacher.close();
    }
}

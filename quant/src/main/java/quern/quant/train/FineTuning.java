package quern.quant.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.TypeRules;
import quern.op.shape.Reshape;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Any float model, simplified, trained further: the constant weights and biases of its layers. Its
 * logits are what a softmax at the end normalizes, or what stands there.
 */
public final class FineTuning implements Trainable {
    private static final String TARGET = "target";

    private final Graph model;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final List<String> weights = new ArrayList<>();
    private final Map<String, String> gradients;
    private final Session session;
    private final String loss;
    private final String logits;

    /**
     * @param model a simplified float graph of one input with batch 1
     * @param plan tier and threads of the session
     */
    public FineTuning(Graph model, int batch, PlanOptions plan) {
        this.model = model;
        model.nodes().forEach(this::learn);
        if (parameters.isEmpty()) {
            throw new FormatException(
                    "graph " + model.name(), "it has no float layer with constant weights");
        }
        Graph wide = Batching.of(Teacher.logits(model), batch);
        GraphBuilder b = new GraphBuilder("training");
        wide.inputs().forEach(v -> b.input(v.name(), v.type()));
        wide.constants()
                .forEach(
                        (name, t) -> {
                            if (parameters.containsKey(name)) {
                                b.input(name, t.type());
                            } else {
                                b.constant(name, t);
                            }
                        });
        wide.nodes().forEach(b::add);
        String out = wide.outputs().get(0);
        int classes = b.type(out).shape().elements() / batch;
        this.logits =
                b.type(out).shape().equals(Shape.of(batch, classes))
                        ? out
                        : b.add(b.fresh("logits"), new Reshape(Ints.of(batch, classes)), out);
        String target = b.input(b.fresh(TARGET), TensorType.f32(batch, classes));
        this.loss = Losses.crossEntropy(b, logits, target);
        this.gradients = Differentiation.append(b, loss, parameters.keySet());
        b.output(loss);
        b.output(logits);
        gradients.values().stream().distinct().forEach(b::output);
        this.session = Session.open(b.build(), plan);
    }

    private void learn(Node n) {
        if (!(QuantRules.of(n.op()) instanceof QuantRule.Weighted)) {
            return;
        }
        for (int i = 1; i < n.inputs().size(); i++) {
            String name = n.inputs().get(i);
            if (n.has(i) && model.constant(name).isPresent() && real(name)) {
                parameters.putIfAbsent(name, model.constant(name).get().copy());
                if (i == 1 && !weights.contains(name)) {
                    weights.add(name);
                }
            }
        }
    }

    private boolean real(String name) {
        return TypeRules.isReal(model.type(name));
    }

    /** Number of classes of the logits. */
    public int classes() {
        return session.graph().type(logits).shape().dim(1);
    }

    @Override
    public Map<String, Tensor> parameters() {
        return parameters;
    }

    @Override
    public Map<String, Tensor> buffers() {
        return Map.of();
    }

    @Override
    public boolean decays(String parameter) {
        return weights.contains(parameter);
    }

    @Override
    public Step step(Tensor x, Tensor target) {
        for (Value v : session.graph().inputs()) {
            boolean input = model.inputs().stream().anyMatch(i -> i.name().equals(v.name()));
            Tensor given = input ? x : parameters.getOrDefault(v.name(), target);
            Feed.copy(given, session.input(v.name()));
        }
        session.run();
        Map<String, Tensor> found = new LinkedHashMap<>();
        gradients.forEach((name, v) -> found.put(name, session.value(v)));
        return new Step(session.value(loss).real(0), session.value(logits), found);
    }

    @Override
    public Graph export() {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        model.constants()
                .forEach(
                        (name, t) -> {
                            Tensor p = parameters.get(name);
                            constants.put(name, p == null ? t : p.copy());
                        });
        return new Graph(
                model.name(),
                model.rounding(),
                model.inputs(),
                model.states(),
                constants,
                model.nodes(),
                model.outputs(),
                model.metadata());
    }

    @Override
    public void close() {
        session.close();
    }
}

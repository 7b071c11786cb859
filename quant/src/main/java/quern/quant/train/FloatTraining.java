package quern.quant.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Value;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** An architecture while it is trained in float32. */
final class FloatTraining implements Trainable {
    private static final String X = "input";

    private final Architecture architecture;
    private final Shape image;
    private final int classes;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private final Map<String, String> statistics;
    private final Map<String, String> gradients;
    private final Session session;
    private final List<String> outputs = new ArrayList<>();

    FloatTraining(
            Architecture architecture,
            Shape image,
            int classes,
            int batch,
            PlanOptions plan,
            long seed) {
        this.architecture = architecture;
        this.image = image;
        this.classes = classes;
        GraphBuilder b = new GraphBuilder("training");
        b.input(X, type(batch));
        b.input("target", TensorType.f32(batch, classes));
        Layers layers = new Layers(b, true, parameters, buffers, seed);
        String logits = architecture.build(layers, X, classes);
        this.statistics = layers.statistics();
        String loss = Losses.crossEntropy(b, logits, "target");
        this.gradients =
                Differentiation.append(
                        b, loss, parameters.keySet(), layers.crossings(), new LinkedHashMap<>());
        outputs.add(loss);
        outputs.add(logits);
        outputs.addAll(gradients.values());
        statistics.values().stream().filter(v -> !outputs.contains(v)).forEach(outputs::add);
        outputs.forEach(b::output);
        this.session = Session.open(b.build(), plan);
    }

    private TensorType type(int batch) {
        int[] dims = {batch, image.dim(0), image.dim(1), image.dim(2)};
        return TensorType.f32(dims);
    }

    @Override
    public Map<String, Tensor> parameters() {
        return parameters;
    }

    @Override
    public Map<String, Tensor> buffers() {
        return buffers;
    }

    @Override
    public boolean decays(String parameter) {
        return Layers.decays(parameter);
    }

    @Override
    public Step step(Tensor x, Tensor target) {
        Feed.copy(x, session.input(X));
        Feed.copy(target, session.input("target"));
        for (Value v : session.graph().inputs()) {
            if (parameters.containsKey(v.name())) {
                Feed.copy(parameters.get(v.name()), session.input(v.name()));
            }
        }
        session.run();
        statistics.forEach((name, v) -> Layers.follow(buffers.get(name), session.value(v)));
        Map<String, Tensor> found = new LinkedHashMap<>();
        gradients.forEach((name, v) -> found.put(name, session.value(v)));
        return new Step(session.output(0).real(0), session.output(1), found);
    }

    @Override
    public Graph export() {
        GraphBuilder b = new GraphBuilder(architecture.name().toLowerCase(Locale.ROOT));
        b.input(X, type(1));
        Layers layers = new Layers(b, false, parameters, buffers, 0);
        b.output(architecture.build(layers, X, classes));
        return b.build();
    }

    @Override
    public void close() {
        session.close();
    }
}

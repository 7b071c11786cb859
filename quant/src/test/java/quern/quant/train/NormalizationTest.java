package quern.quant.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.math.Mul;
import quern.op.reduction.Sum;
import quern.reference.ReferenceInterpreter;
import quern.tensor.Ints;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Batch normalization in training, by differences, and its export. */
class NormalizationTest {
    private static final TensorType IMAGE = TensorType.f32(3, 4, 4, 2);

    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private final Tensor x = random(IMAGE, 1);

    private static Tensor random(TensorType type, long seed) {
        Tensor t = Tensor.zeros(type);
        Seeded random = new Seeded(seed);
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, random.normal());
        }
        return t;
    }

    @Test
    void gradientsAgreeWithDifferences() {
        GraphBuilder b = new GraphBuilder("normalized");
        b.input("x", IMAGE);
        Layers layers = new Layers(b, true, parameters, buffers, 3);
        String y = layers.conv("c", "x", 3, 3, 1, false);
        String weights = b.constant("weights", random(b.type(y), 9));
        String weighted = b.add("weighted", new Mul(Activation.NONE), y, weights);
        String loss = b.add("total", new Sum(Ints.of(0, 1, 2, 3), false), weighted);
        b.output(loss);
        Map<String, String> gradients =
                Differentiation.append(
                        b, loss, parameters.keySet(), layers.crossings(), new LinkedHashMap<>());
        assertEquals(parameters.keySet(), gradients.keySet());
        Graph g = b.build();
        Map<String, Tensor> all = run(g);
        gradients.forEach(
                (name, gradient) -> {
                    Tensor p = parameters.get(name);
                    for (int i = 0; i < p.elements(); i++) {
                        float before = p.real(i);
                        float step = 1f / 512;
                        p.setReal(i, before + step);
                        double up = run(g).get(loss).real(0);
                        p.setReal(i, before - step);
                        double down = run(g).get(loss).real(0);
                        p.setReal(i, before);
                        double expected = (up - down) / (2 * step);
                        double got = all.get(gradient).real(i);
                        assertEquals(expected, got, 0.05 + 0.03 * Math.abs(expected), name + i);
                    }
                });
    }

    private Map<String, Tensor> run(Graph g) {
        List<Tensor> inputs = new ArrayList<>();
        g.inputs().forEach(v -> inputs.add(parameters.getOrDefault(v.name(), x)));
        return new ReferenceInterpreter(g).runAll(inputs);
    }

    @Test
    void exportFoldsTheRunningStatistics() {
        GraphBuilder b = new GraphBuilder("training");
        b.input("x", IMAGE);
        Layers training = new Layers(b, true, parameters, buffers, 3);
        String y = training.conv("c", "x", 3, 3, 1, false);
        b.output(y);
        Graph g = b.build();
        Map<String, Tensor> values = run(g);
        training.statistics()
                .forEach(
                        (name, v) -> {
                            Tensor batch = values.get(v);
                            for (int c = 0; c < batch.elements(); c++) {
                                buffers.get(name).setReal(c, batch.real(c));
                            }
                        });
        GraphBuilder folded = new GraphBuilder("export");
        folded.input("x", IMAGE);
        folded.output(
                new Layers(folded, false, parameters, buffers, 3).conv("c", "x", 3, 3, 1, false));
        Tensor expected = values.get(y);
        Tensor got = new ReferenceInterpreter(folded.build()).run(List.of(x)).get(0);
        for (int i = 0; i < got.elements(); i++) {
            assertEquals(expected.real(i), got.real(i), 1e-4f);
        }
    }
}

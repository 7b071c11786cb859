package quern.quant.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.GraphText;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Logistic;
import quern.op.math.Add;
import quern.op.nn.Conv2d;
import quern.op.nn.FullyConnected;
import quern.op.pooling.AveragePool2d;
import quern.op.reduction.Mean;
import quern.op.shape.Concat;
import quern.quant.QuantOptions;
import quern.quant.QuantizedModel;
import quern.quant.Quantizer;
import quern.reference.ReferenceInterpreter;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.Ints;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The forward pass of training has the codes of the exported model, in every tensor. */
class QatTest {
    private static final int BATCH = 16;
    private static final Samples SAMPLES = new Blobs(256, 8, 3, 4);

    /** Residual sum, concatenation, average pool and a function by table. */
    private static Graph net() {
        GraphBuilder b = new GraphBuilder("net");
        String x = b.input("x", TensorType.f32(1, 8, 8, 3));
        String stem = conv(b, "stem", x, 3, 8, Activation.RELU);
        String a = conv(b, "a", stem, 8, 8, Activation.RELU);
        String sum =
                b.add(
                        "sum",
                        new Add(Activation.RELU),
                        conv(b, "c", a, 8, 8, Activation.NONE),
                        stem);
        String gate = b.add("gate", new Logistic(), conv(b, "d", sum, 8, 4, Activation.NONE));
        String both = b.add("both", new Concat(3), sum, gate);
        Ints two = Ints.of(2, 2);
        String pooled =
                b.add("pooled", new AveragePool2d(two, two, Padding.VALID, Activation.NONE), both);
        String mean =
                b.add(
                        "mean",
                        new Mean(Ints.of(1, 2), false),
                        conv(b, "e", pooled, 12, 16, Activation.RELU));
        String w = b.constant("logits.w", random(11, 4, 16));
        String bias = b.constant("logits.b", random(12, 4));
        b.output(b.add("logits", new FullyConnected(false, Activation.NONE), mean, w, bias));
        return b.build();
    }

    private static String conv(
            GraphBuilder b, String name, String x, int in, int out, Activation activation) {
        Ints one = Ints.of(1, 1);
        String w = b.constant(name + ".w", random(name.hashCode(), out, 3, 3, in));
        String bias = b.constant(name + ".b", random(name.hashCode() + 1, out));
        return b.add(name, new Conv2d(one, one, Padding.SAME, 1, activation), x, w, bias);
    }

    private static Tensor random(long seed, int... dims) {
        Tensor t = Tensor.zeros(TensorType.f32(dims));
        Seeded r = new Seeded(seed);
        float size = (float) Math.sqrt(2.0 * dims[0] / t.elements());
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, (dims.length == 1 ? 0.1f : size) * r.normal());
        }
        return t;
    }

    private static QuantizedModel quantized(RoundingMode mode) {
        List<List<Tensor>> data = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            Tensor x = Tensor.zeros(TensorType.f32(1, 8, 8, 3));
            SAMPLES.read(i, x.floats(), 0);
            data.add(List.of(x));
        }
        return Quantizer.convert(
                net(), data, QuantOptions.PLAIN.toBuilder().rounding(mode).build());
    }

    private static QatTraining training(int weights, int activations, RoundingMode mode) {
        return new QatTraining(
                quantized(mode),
                new QatOptions(weights, activations, BATCH, 0, 2),
                PlanOptions.defaults());
    }

    private static TrainingOptions options(int epochs) {
        return new TrainingOptions(
                epochs,
                BATCH,
                5e-3f,
                Optimizer.Adam.usual(0, false),
                new Schedule(Schedule.Kind.COSINE, 0),
                0,
                Augmentation.NONE,
                7,
                0);
    }

    @ParameterizedTest
    @CsvSource({"8,8,DOUBLE", "4,8,DOUBLE", "4,4,DOUBLE", "4,4,FLOAT_EVEN", "2,4,SINGLE"})
    void everyCodeOfTrainingIsThatOfTheExportedModel(int weights, int activations, String mode)
            throws IOException {
        try (QatTraining m = training(weights, activations, RoundingMode.valueOf(mode))) {
            List<Double> losses = new ArrayList<>();
            int[] tensors = new int[1];
            new Trainer(m, SAMPLES, Blobs.CLASSES, options(3))
                    .run(
                            new Trainer.Listener() {
                                @Override
                                public boolean epoch(Trainer.Epoch e, Checkpoint c) {
                                    losses.add(e.loss());
                                    tensors[0] += assertSameCodes(m);
                                    return true;
                                }
                            });
            assertTrue(tensors[0] >= 3 * 256 / BATCH * 9, "compared " + tensors[0]);
            assertTrue(losses.get(2) < 0.9 * losses.get(0), losses.toString());
        }
    }

    /** All samples, the exported model read from its text and run by reference kernels. */
    private static int assertSameCodes(QatTraining m) {
        GraphText text = GraphText.of(m.export());
        Graph exported = text.parse(Map.of());
        try (Session alone = Session.open(exported)) {
            return assertSameCodes(m, exported, alone);
        }
    }

    private static int assertSameCodes(QatTraining m, Graph exported, Session alone) {
        ReferenceInterpreter reference = new ReferenceInterpreter(exported);
        Tensor target = Tensor.zeros(TensorType.f32(BATCH, Blobs.CLASSES));
        int compared = 0;
        for (int first = 0; first < SAMPLES.size(); first += BATCH) {
            Tensor x = Tensor.zeros(TensorType.f32(BATCH, 8, 8, 3));
            int size = x.elements() / BATCH;
            for (int i = 0; i < BATCH; i++) {
                SAMPLES.read(first + i, x.floats(), i * size);
            }
            m.step(x, target);
            Map<String, Tensor> codes = m.codes();
            int picked = first / BATCH % BATCH;
            TensorType type = exported.inputs().get(0).type();
            Tensor in =
                    Tensor.view(
                            type, codes.get("x").bytes(), codes.get("x").offset() + picked * size);
            Map<String, Tensor> all = reference.runAll(List.of(in));
            for (Map.Entry<String, Tensor> e : codes.entrySet()) {
                Tensor expected = all.get(e.getKey());
                int n = expected.elements();
                for (int i = 0; i < n; i++) {
                    assertEquals(expected.code(i), e.getValue().code(picked * n + i), e.getKey());
                }
                compared++;
            }
            Tensor one = Tensor.view(TensorType.f32(1, 8, 8, 3), x.floats(), picked * size);
            assertEquals(all.get("logits"), alone.run(one).get(0));
        }
        return compared;
    }

    @Test
    void weightsOfTwoBitsAreTernary() {
        try (QatTraining m = training(2, 8, RoundingMode.DOUBLE)) {
            Tensor w = m.export().constant("a.w").orElseThrow();
            assertEquals(2, w.type().quant().bitWidth());
            for (int i = 0; i < w.elements(); i++) {
                assertTrue(Math.abs(w.code(i)) <= 1);
            }
        }
    }

    @Test
    void sameWeightsForAnyNumberOfThreads() throws IOException {
        Map<String, Tensor> one = trained(1);
        assertEquals(one, trained(2));
        assertNotEquals(one.get("a.w"), net().constant("a.w").orElseThrow());
    }

    private static Map<String, Tensor> trained(int threads) throws IOException {
        QatOptions o = new QatOptions(4, 4, BATCH, 0.5f, 2);
        try (QatTraining m =
                new QatTraining(
                        quantized(RoundingMode.DOUBLE),
                        o,
                        PlanOptions.defaults().withThreads(threads))) {
            new Trainer(m, SAMPLES, Blobs.CLASSES, options(1)).run(new Trainer.Listener() {});
            Map<String, Tensor> all = new LinkedHashMap<>();
            m.parameters().forEach((k, t) -> all.put(k, t.copy()));
            return all;
        }
    }
}

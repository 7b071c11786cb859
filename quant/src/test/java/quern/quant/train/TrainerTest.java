package quern.quant.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.reference.ReferenceInterpreter;
import quern.runtime.PlanOptions;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class TrainerTest {
    private static final Samples SAMPLES = new Blobs(96, 8, 1, 1);

    private static TrainingOptions options(int epochs, float rate) {
        return new TrainingOptions(
                epochs,
                16,
                rate,
                Optimizer.Adam.usual(1e-4f, true),
                new Schedule(Schedule.Kind.COSINE, 2),
                0.05f,
                new Augmentation(false, 1),
                7,
                0);
    }

    private static Trainable model(int threads) {
        return Architecture.CNN.trainable(
                SAMPLES.shape(), Blobs.CLASSES, 16, PlanOptions.defaults().withThreads(threads), 3);
    }

    private static Map<String, Tensor> copies(Trainable m) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        m.parameters().forEach((k, t) -> all.put(k, t.copy()));
        m.buffers().forEach((k, t) -> all.put(k, t.copy()));
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void everyArchitectureLearnsAndExportsWhatItLearned(Architecture a) throws IOException {
        Samples samples = new Blobs(96, 16, 3, 2);
        List<Trainer.Epoch> epochs = new ArrayList<>();
        try (Trainable m =
                a.trainable(samples.shape(), Blobs.CLASSES, 16, PlanOptions.defaults(), 5)) {
            new Trainer(m, samples, Blobs.CLASSES, options(6, 3e-3f))
                    .run(
                            new Trainer.Listener() {
                                @Override
                                public boolean epoch(Trainer.Epoch e, Checkpoint c) {
                                    return epochs.add(e);
                                }
                            });
            double first = epochs.get(0).loss();
            double last = epochs.get(5).loss();
            assertTrue(last < 0.8 * first, first + " to " + last);
            assertTrue(epochs.get(5).accuracy() > 0.6, epochs.toString());
            Graph g = m.export();
            Tensor x = Tensor.zeros(g.inputs().get(0).type());
            samples.read(0, x.floats(), 0);
            assertEquals(
                    TensorType.f32(1, Blobs.CLASSES),
                    new ReferenceInterpreter(g).run(List.of(x)).get(0).type());
        }
    }

    @Test
    void sameWeightsForAnyNumberOfThreads() throws IOException {
        Map<String, Tensor> one = trained(1);
        assertEquals(one, trained(1));
        assertEquals(one, trained(2));
    }

    private static Map<String, Tensor> trained(int threads) throws IOException {
        try (Trainable m = model(threads)) {
            new Trainer(m, SAMPLES, Blobs.CLASSES, options(2, 1e-3f))
                    .run(new Trainer.Listener() {});
            return copies(m);
        }
    }

    @Test
    void resumedRunEndsWithTheSameWeights() throws IOException {
        Map<String, Tensor> whole = trained(1);
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        try (Trainable m = model(1)) {
            new Trainer(m, SAMPLES, Blobs.CLASSES, options(2, 1e-3f))
                    .run(
                            new Trainer.Listener() {
                                @Override
                                public boolean epoch(Trainer.Epoch e, Checkpoint c)
                                        throws IOException {
                                    c.write(saved);
                                    return false;
                                }
                            });
            assertNotEquals(whole, copies(m));
        }
        try (Trainable m = model(1)) {
            Trainer t = new Trainer(m, SAMPLES, Blobs.CLASSES, options(2, 1e-3f));
            t.resume(Checkpoint.read(new ByteArrayInputStream(saved.toByteArray()), "saved"));
            t.run(new Trainer.Listener() {});
            assertEquals(whole, copies(m));
        }
        byte[] damaged = saved.toByteArray();
        damaged[damaged.length / 2] ^= 1;
        assertThrows(
                FormatException.class,
                () -> Checkpoint.read(new ByteArrayInputStream(damaged), "damaged"));
    }

    @Test
    void stopsWhereNumbersExplode() {
        try (Trainable m = model(1)) {
            Trainer t = new Trainer(m, SAMPLES, Blobs.CLASSES, options(4, 1e30f));
            TrainingException e =
                    assertThrows(TrainingException.class, () -> t.run(new Trainer.Listener() {}));
            assertTrue(e.getMessage().contains("step"), e.getMessage());
        }
    }

    @Test
    void refusesLabelsBeyondTheClasses() {
        try (Trainable m = model(1)) {
            TrainingException e =
                    assertThrows(
                            TrainingException.class,
                            () -> new Trainer(m, SAMPLES, 3, options(1, 1e-3f)));
            assertTrue(e.getMessage().contains("label 3"), e.getMessage());
        }
    }
}

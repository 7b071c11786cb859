package quern.quant.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import quern.graph.GraphBuilder;
import quern.reference.ReferenceInterpreter;
import quern.tensor.Shape;
import quern.tensor.Tensor;

class LossesTest {
    private static final Shape SHAPE = Shape.of(2, 3);
    private static final float[] Z = {1, -2, 0.5f, 3, 0, -1};
    private static final float[] T = {0, 1, 0, 0.5f, 0.25f, 0.25f};

    private interface Loss {
        String add(GraphBuilder b, String z, String t);
    }

    private static float loss(Loss loss) {
        GraphBuilder b = new GraphBuilder("loss");
        Tensor z = Tensor.of(SHAPE, Z);
        Tensor t = Tensor.of(SHAPE, T);
        b.output(loss.add(b, b.input("z", z.type()), b.input("t", t.type())));
        return new ReferenceInterpreter(b.build()).run(List.of(z, t)).get(0).real(0);
    }

    private static double mean(int count, BiFunction<Float, Float, Double> term) {
        double sum = 0;
        for (int i = 0; i < Z.length; i++) {
            sum += term.apply(Z[i], T[i]);
        }
        return sum / count;
    }

    private static double softmax(int row, int i, double temperature) {
        double all = 0;
        for (int k = 0; k < 3; k++) {
            all += Math.exp(Z[row * 3 + k] / temperature);
        }
        return Math.exp(Z[row * 3 + i] / temperature) / all;
    }

    @Test
    void meanSquared() {
        assertEquals(
                mean(6, (z, t) -> (double) (z - t) * (z - t)), loss(Losses::meanSquared), 1e-5);
    }

    @Test
    void binaryCrossEntropy() {
        double expected =
                mean(
                        6,
                        (z, t) -> {
                            double p = 1 / (1 + Math.exp(-z));
                            return -(t * Math.log(p) + (1 - t) * Math.log(1 - p));
                        });
        assertEquals(expected, loss(Losses::binaryCrossEntropy), 1e-5);
    }

    @Test
    void crossEntropy() {
        double expected = 0;
        for (int i = 0; i < 6; i++) {
            expected -= T[i] * Math.log(softmax(i / 3, i % 3, 1)) / 2;
        }
        assertEquals(expected, loss(Losses::crossEntropy), 1e-5);
    }

    @Test
    void distillationFromItselfIsItsEntropy() {
        double expected = 0;
        for (int i = 0; i < 6; i++) {
            double p = softmax(i / 3, i % 3, 4);
            expected -= 16 * p * Math.log(p) / 2;
        }
        assertEquals(expected, loss((b, z, t) -> Losses.distillation(b, z, z, 4)), 1e-4);
    }
}

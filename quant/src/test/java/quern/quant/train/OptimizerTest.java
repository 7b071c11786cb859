package quern.quant.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import quern.tensor.Shape;
import quern.tensor.Tensor;

class OptimizerTest {
    private static float after(Optimizer o, int steps, float start, float gradient) {
        Tensor w = Tensor.of(Shape.of(1), start);
        Map<String, Tensor> state = o.state(Map.of("w", w));
        for (int i = 1; i <= steps; i++) {
            o.update("w", w, Tensor.of(Shape.of(1), gradient), state, 0.1f, i, true);
        }
        return w.real(0);
    }

    @Test
    void momentumAddsUp() {
        assertEquals(-0.1f - 0.19f, after(new Optimizer.Sgd(0.9f, 0), 2, 0, 1), 1e-6);
    }

    @Test
    void decayOfGradientDescentPullsToZero() {
        assertEquals(1 - 0.1f * 0.5f, after(new Optimizer.Sgd(0, 0.5f), 1, 1, 0), 1e-6);
    }

    @Test
    void firstStepOfAdamHasTheSizeOfTheRate() {
        assertEquals(-0.1f, after(Optimizer.Adam.usual(0, false), 1, 0, 1e-3f), 1e-5);
        assertEquals(-0.3f, after(Optimizer.Adam.usual(0, false), 3, 0, 5), 1e-4);
    }

    @Test
    void decoupledDecayIsNotScaledByTheGradient() {
        assertEquals(0.99f, after(Optimizer.Adam.usual(0.1f, true), 1, 1, 0), 1e-6);
    }

    @Test
    void schedulesRiseAndFall() {
        Schedule cosine = new Schedule(Schedule.Kind.COSINE, 10);
        assertEquals(0.1f, cosine.at(0, 110), 1e-6);
        assertEquals(1, cosine.at(10, 110), 1e-6);
        assertEquals(0.5f, cosine.at(60, 110), 1e-6);
        assertTrue(cosine.at(109, 110) < 0.01);
        Schedule step = new Schedule(Schedule.Kind.STEP, 0);
        assertEquals(1, step.at(49, 100));
        assertEquals(0.1f, step.at(60, 100));
        assertEquals(0.01f, step.at(99, 100));
    }
}

package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import quern.fixedpoint.RoundingMode;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.detection.DetectionPostProcess;
import quern.tensor.Floats;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Detection against boxes, classes and scores found by hand. */
class DetectionReferenceTest {
    /** Three boxes of side 2: two around (0, 0), shifted by a fifth, and one far away. */
    private static final Tensor ANCHORS =
            Tensor.of(Shape.of(3, 4), 0, 0, 2, 2, 0, 0.4f, 2, 2, 0, 8, 2, 2);

    private static final Tensor CENTERED = Tensor.of(Shape.of(1, 3, 4), new float[12]);

    /** Background and two classes. */
    private static final Tensor SCORES =
            Tensor.of(Shape.of(1, 3, 3), 0.9f, 0.5f, 0.25f, 0.9f, 0.5f, 0.75f, 0.9f, 0.4f, 0.1f);

    private static List<Tensor> run(boolean regular, int classes, Tensor boxes, Tensor scores) {
        DetectionPostProcess op =
                new DetectionPostProcess(
                        3, classes, 2, regular, 0.2f, 0.5f, 2, Floats.of(10, 10, 5, 5));
        List<Value> outputs =
                List.of(
                        new Value("boxes", TensorType.f32(1, 3 * classes, 4)),
                        new Value("classes", TensorType.f32(1, 3 * classes)),
                        new Value("scores", TensorType.f32(1, 3 * classes)),
                        new Value("count", TensorType.f32(1)));
        List<String> names = List.of("b", "s", "a");
        List<Tensor> inputs = List.of(boxes, scores, ANCHORS);
        return ReferenceInterpreter.run(
                new Node(op, names, outputs, RoundingMode.DOUBLE),
                name -> inputs.get(names.indexOf(name)));
    }

    @Test
    void theBestScoreOfABoxDecides() {
        List<Tensor> y = run(false, 1, CENTERED, SCORES);
        assertArrayEquals(
                new float[] {-1, -0.6f, 1, 1.4f, -1, 7, 1, 9, 0, 0, 0, 0}, y.get(0).floats());
        assertArrayEquals(new float[] {1, 0, 0}, y.get(1).floats());
        assertArrayEquals(new float[] {0.75f, 0.4f, 0}, y.get(2).floats());
        assertArrayEquals(new float[] {2}, y.get(3).floats());
    }

    @Test
    void aBoxGivesItsBestClasses() {
        List<Tensor> y = run(false, 2, CENTERED, SCORES);
        assertArrayEquals(new float[] {1, 0, 0, 1, 0, 0}, y.get(1).floats());
        assertArrayEquals(new float[] {0.75f, 0.5f, 0.4f, 0.1f, 0, 0}, y.get(2).floats());
        assertArrayEquals(new float[] {2}, y.get(3).floats());
    }

    @Test
    void regularSuppressionIsOfEachClassAndTheFirstOfEqualScoresWins() {
        List<Tensor> y = run(true, 1, CENTERED, SCORES);
        assertArrayEquals(new float[] {1, 0, 0}, y.get(1).floats());
        assertArrayEquals(new float[] {0.75f, 0.5f, 0.4f}, y.get(2).floats());
        assertArrayEquals(
                new float[] {-1, -0.6f, 1, 1.4f, -1, -1, 1, 1, -1, 7, 1, 9}, y.get(0).floats());
    }

    @Test
    void encodingsMoveAndScale() {
        Tensor boxes = CENTERED.copy();
        boxes.setReal(4, 10);
        boxes.setReal(5, -5);
        boxes.setReal(6, 5 * (float) Math.log(3));
        List<Tensor> y = run(false, 1, boxes, SCORES);
        float[] first = java.util.Arrays.copyOf(y.get(0).floats(), 4);
        assertArrayEquals(new float[] {2 - 3, 0.4f - 1 - 1, 2 + 3, 0.4f - 1 + 1}, first, 1e-5f);
    }
}

package quern.quant.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.activation.Relu;
import quern.op.math.Mul;
import quern.quant.affine.Range;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class CalibratorTest {
    private static final RangeMethod MIN_MAX = new RangeMethod.MinMax();

    /** {@code r = relu(x * x * x)}, {@code x} [2]. */
    private static Graph cube() {
        GraphBuilder b = new GraphBuilder("cube");
        String x = b.input("x", TensorType.f32(2));
        String square = b.add("square", new Mul(Activation.NONE), x, x);
        String cube = b.add("cube", new Mul(Activation.NONE), square, x);
        return b.output(b.add("r", new Relu(), cube)).build();
    }

    private static List<Tensor> sample(float... values) {
        return List.of(Tensor.of(Shape.of(values.length), values));
    }

    @Test
    void everyValueIsObservedInOnePass() {
        Iterable<List<Tensor>> once =
                Stream.of(sample(1, -2), sample(3, 0.5f), sample(0, 1))::iterator;
        Calibration c = Calibrator.calibrate(cube(), once, MIN_MAX);
        assertEquals(3, c.samples());
        assertEquals(Set.of("x", "square", "cube", "r"), c.observers().keySet());
        assertEquals(new Range(-2, 3), c.range("x"));
        assertEquals(new Range(0, 9), c.range("square"));
        assertEquals(new Range(-8, 27), c.range("cube"));
        assertEquals(new Range(0, 27), c.range("r"));
        assertThrows(IllegalArgumentException.class, () -> c.range("y"));
    }

    @Test
    void shardsMergeToTheWhole() {
        List<List<Tensor>> samples =
                IntStream.range(0, 9).mapToObj(i -> sample(i - 4, i * i % 7)).toList();
        Calibration whole = Calibrator.calibrate(cube(), samples, MIN_MAX);
        Calibration first = Calibrator.calibrate(cube(), samples.subList(0, 4), MIN_MAX);
        Calibration second = Calibrator.calibrate(cube(), samples.subList(4, 9), MIN_MAX);
        for (Calibration merged : List.of(first.merge(second), second.merge(first))) {
            assertEquals(9, merged.samples());
            for (String value : whole.observers().keySet()) {
                assertEquals(whole.range(value), merged.range(value));
            }
        }
    }

    @Test
    void badDataIsRefusedWithValueAndSample() {
        refused(List.of(), "no sample");
        refused(
                List.of(sample(1, 2), sample(1, Float.NaN)),
                "sample 1, value x",
                "element 1",
                "NaN");
        refused(
                List.of(sample(Float.NEGATIVE_INFINITY, 2)),
                "sample 0, value x",
                "element 0",
                "-Infinity");
        refused(List.of(sample(1, 1e20f)), "sample 0, value square", "Infinity");
        refused(List.of(sample(1, 2, 3)), "sample 0, input x", "[3]", "[2]");
        refused(List.of(List.of()), "sample 0", "1 inputs, not 0");
        Tensor ints = Tensor.of(Shape.of(2), 1, 2);
        refused(List.of(List.of(ints)), "sample 0, input x", "S32");
    }

    private static void refused(List<List<Tensor>> samples, String... words) {
        FormatException e =
                assertThrows(
                        FormatException.class,
                        () -> Calibrator.calibrate(cube(), samples, MIN_MAX));
        for (String w : words) {
            assertTrue(e.getMessage().contains(w), e.getMessage());
        }
    }
}

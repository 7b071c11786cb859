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
import quern.op.activation.Softmax;
import quern.op.math.Add;
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
        assertEquals(Set.of("x", "square", "cube", "r"), c.statistics().keySet());
        assertEquals(new Range(-2, 3), c.extremes("x"));
        assertEquals(new Range(0, 9), c.extremes("square"));
        assertEquals(new Range(-8, 27), c.extremes("cube"));
        assertEquals(new Range(0, 27), c.extremes("r"));
        assertThrows(IllegalArgumentException.class, () -> c.extremes("y"));
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
            for (String value : whole.statistics().keySet()) {
                assertEquals(whole.extremes(value), merged.extremes(value));
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

    @Test
    void masksBeforeASoftmaxAreNotObserved() {
        GraphBuilder b = new GraphBuilder("attention");
        String x = b.input("x", TensorType.f32(3));
        String mask = b.input("mask", TensorType.f32(3));
        String sum = b.add("sum", new Add(Activation.NONE), x, mask);
        Graph graph = b.output(b.add("p", new Softmax(0, 1), sum)).build();
        List<Tensor> sample =
                List.of(
                        Tensor.of(Shape.of(3), 1f, 2, 3),
                        Tensor.of(Shape.of(3), 0, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY));
        Calibration c = Calibrator.calibrate(graph, List.of(sample), MIN_MAX);
        assertEquals(new Range(0, 0), c.extremes("mask"));
        assertEquals(new Range(1, 1), c.extremes("sum"));
        assertEquals(1, c.of("mask").elements());
        assertEquals(new Range(0, 1), c.extremes("p"));
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

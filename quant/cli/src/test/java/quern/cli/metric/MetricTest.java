package quern.cli.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quern.error.ShapeException;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class MetricTest {
    private static Tensor scores(float... values) {
        return Tensor.of(Shape.of(1, values.length), values);
    }

    private static double labelled(String name, Tensor output, int label) {
        Metric metric = Metric.of(name);
        metric.add(List.of(output), OptionalInt.of(label), List.of());
        return metric.value();
    }

    private static double compared(String name, Tensor output, Tensor reference) {
        Metric metric = Metric.of(name);
        metric.add(List.of(output), OptionalInt.empty(), List.of(reference));
        return metric.value();
    }

    @Test
    void top1IsTheShareOfRightAnswers() {
        Metric metric = Metric.of("top1");
        assertTrue(metric.needsLabels());
        assertFalse(metric.needsReference());
        assertEquals(0, metric.value());
        Tensor output = scores(0.1f, 0.7f, 0.2f);
        for (int label : new int[] {1, 1, 2, 1}) {
            metric.add(List.of(output, scores(9)), OptionalInt.of(label), List.of());
        }
        assertEquals(4, metric.samples());
        assertEquals(0.75, metric.value());
        assertEquals("top1", metric.name());
    }

    @Test
    void ofEqualScoresTheFirstWins() {
        Tensor output = scores(0, 5, 5, -1);
        assertEquals(1, labelled("top1", output, 1));
        assertEquals(0, labelled("top1", output, 2));
        Tensor six = scores(1, 1, 1, 1, 1, 1);
        assertEquals(1, labelled("top5", six, 4));
        assertEquals(0, labelled("top5", six, 5));
    }

    @Test
    void nanLosesAgainstEveryNumber() {
        Tensor output = scores(Float.NaN, -1, Float.NaN);
        assertEquals(1, labelled("top1", output, 1));
        assertEquals(0, labelled("top1", output, 0));
        assertEquals(1, compared("agreement", output, scores(0, 1, 0)));
        assertEquals(1, labelled("top1", scores(Float.NaN, Float.NaN), 0));
    }

    @Test
    void top5CountsTheFiveHighest() {
        Tensor output = scores(0, 10, 20, 30, 40, 50, 60);
        assertEquals(0, labelled("top5", output, 1));
        assertEquals(1, labelled("top5", output, 2));
        assertEquals(1, labelled("top5", output, 6));
        assertEquals(1, labelled("top5", scores(3, 2, 1), 2));
    }

    @Test
    void codesCountAsTheirReals() {
        TensorType s8 = TensorType.s8(0.5f, 4, 1, 3);
        Tensor codes = Tensor.of(s8, new byte[] {4, -100, 10});
        assertEquals(1, labelled("top1", codes, 2));
        assertEquals(1, compared("cosine", codes, scores(0, -52, 3)), 1e-15);
        TensorType u8 = new TensorType(quern.tensor.DType.U8, Shape.of(1, 2), s8.quant());
        assertEquals(1, labelled("top1", Tensor.of(u8, new byte[] {-1, 1}), 0));
    }

    @Test
    void agreementComparesChoices() {
        assertEquals(1, compared("agreement", scores(1, 3, 2), scores(-5, 0, -1)));
        assertEquals(0, compared("agreement", scores(1, 3, 2), scores(0, 0, 0)));
        Tensor pixels = Tensor.of(Shape.of(1, 2, 2, 2), 1, 0, 0, 1, 1, 0, 0, 1f);
        Tensor others = Tensor.of(Shape.of(1, 2, 2, 2), 1, 0, 1, 0, 1, 0, 0, 1f);
        assertEquals(0.75, compared("agreement", pixels, others));
        Tensor planes = Tensor.of(Shape.of(1, 3, 1, 1), 1, 3, 2f);
        assertEquals(1, compared("agreement", planes, scores(1, 3, 2)));
    }

    @Test
    void cosineIsTheMeanOverOutputsAndSamples() {
        assertEquals(1, compared("cosine", scores(1, 2), scores(10, 20)), 1e-15);
        assertEquals(-1, compared("cosine", scores(1, 2), scores(-1, -2)), 1e-15);
        assertEquals(0.6, compared("cosine", scores(1, 0), scores(3, 4)), 1e-15);
        assertEquals(1, compared("cosine", scores(0, 0), scores(0, 0)));
        assertEquals(0, compared("cosine", scores(0, 0), scores(0, 1)));
        assertEquals(0, compared("cosine", scores(Float.NaN, 0), scores(0, 1)));
        assertEquals(1, compared("cosine", scores(3e38f, 0), scores(1e-30f, 0)), 1e-15);
        Metric metric = Metric.of("cosine");
        metric.add(
                List.of(scores(1, 0), scores(1)),
                OptionalInt.empty(),
                List.of(scores(0, 1), scores(2)));
        metric.add(
                List.of(scores(1, 0), scores(1)),
                OptionalInt.empty(),
                List.of(scores(1, 0), scores(2)));
        assertEquals(0.75, metric.value(), 1e-15);
    }

    @Test
    void whatCannotBeMeasuredIsSaid() {
        assertThrows(ShapeException.class, () -> labelled("top1", scores(1), 0));
        assertThrows(ShapeException.class, () -> labelled("top1", scores(1, 2), 2));
        Tensor pixels = Tensor.of(Shape.of(1, 2, 2), 1, 0, 0, 1f);
        assertThrows(ShapeException.class, () -> labelled("top1", pixels, 0));
        assertThrows(
                ShapeException.class, () -> compared("agreement", scores(1, 2), scores(1, 2, 3)));
        assertThrows(ShapeException.class, () -> compared("cosine", scores(1, 2), scores(1)));
        Metric top = Metric.of("top1");
        assertThrows(
                IllegalArgumentException.class,
                () -> top.add(List.of(scores(1, 2)), OptionalInt.empty(), List.of()));
        Metric cosine = Metric.of("cosine");
        assertThrows(
                IllegalArgumentException.class,
                () -> cosine.add(List.of(scores(1, 2)), OptionalInt.empty(), List.of()));
    }

    /** Of 2 x 2 pairs one is a tie and two are in order. */
    @Test
    void areaUnderCurveCountsPairsInOrder() {
        Metric auc = Metric.of("auc");
        Tensor input = scores(0, 0, 0);
        auc.add(List.of(scores(0, 0, 3)), OptionalInt.of(1), List.of(input));
        auc.add(List.of(scores(1, 0, 0)), OptionalInt.of(1), List.of(input));
        auc.add(List.of(scores(0, 1, 0)), OptionalInt.of(0), List.of(input));
        auc.add(List.of(scores(2, 0, 0)), OptionalInt.of(0), List.of(input));
        assertEquals(2.5 / 4, auc.value(), 1e-12);
        assertEquals(4, auc.samples());
        Metric last = Metric.of("auc");
        last.add(List.of(scores(0.9f, 0.1f)), OptionalInt.of(0), List.of(scores(1)));
        last.add(List.of(scores(0.2f, 0.8f)), OptionalInt.of(1), List.of(scores(1)));
        assertEquals(1, last.value());
        assertThrows(
                ShapeException.class,
                () -> last.add(List.of(scores(1, 2)), OptionalInt.of(2), List.of(scores(1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"map", "f1"})
    void otherNamesAreRefusedWithTheKnownOnes(String name) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Metric.of(name));
        assertTrue(e.getMessage().contains(name), e.getMessage());
        assertTrue(
                e.getMessage().contains("map, agreement, auc, cosine, top1, top5"), e.getMessage());
    }
}

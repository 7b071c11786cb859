package quern.cli.detection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import quern.error.ShapeException;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class DecoderTest {
    private static void assertBox(
            Box b, int category, double score, double l, double t, double r, double bottom) {
        assertEquals(category, b.category());
        assertEquals(score, b.score(), 1e-6);
        assertEquals(l, b.left(), 1e-4);
        assertEquals(t, b.top(), 1e-4);
        assertEquals(r, b.right(), 1e-4);
        assertEquals(bottom, b.bottom(), 1e-4);
    }

    private static Tensor set(Tensor t, int start, float... values) {
        for (int i = 0; i < values.length; i++) {
            t.setReal(start + i, values[i]);
        }
        return t;
    }

    @Test
    void yoloxHasGridsOfThreeStrides() {
        Tensor t = Tensor.zeros(TensorType.f32(1, 16 * 8 + 8 * 4 + 4 * 2, 7));
        set(t, (16 + 2) * 7, 0.5f, 0.25f, 0f, (float) Math.log(2), 0.8f, 0.1f, 0.9f);
        set(t, (128 + 32 + 5) * 7, 0f, 0f, 0f, 0f, 0.5f, 0.5f, 0.1f);
        List<Box> boxes = Decoder.YOLOX.boxes(List.of(t), 64, 128, 0.65);
        assertEquals(2, boxes.size());
        assertBox(boxes.get(0), 1, 0.72, 16, 2, 24, 18);
        assertBox(boxes.get(1), 0, 0.25, 16, 16, 48, 48);
        ShapeException e =
                assertThrows(
                        ShapeException.class, () -> Decoder.YOLOX.boxes(List.of(t), 64, 64, 0.65));
        assertTrue(e.getMessage().contains("has 168 cells"), e::getMessage);
        assertThrows(ShapeException.class, () -> Decoder.YOLOX.boxes(List.of(t), 640, 640, 0.65));
    }

    @Test
    void fastestDetHasChannelsInFront() {
        Tensor t = Tensor.zeros(TensorType.f32(1, 7, 2, 4));
        int cell = 6;
        float[] values = {0.9f, 0f, (float) Math.log(3) / 2, 0f, (float) Math.log(3), 0.2f, 0.8f};
        for (int c = 0; c < 7; c++) {
            t.setReal(c * 8 + cell, values[c]);
        }
        List<Box> boxes = Decoder.FASTESTDET.boxes(List.of(t), 100, 200, 0.45);
        double strong = Math.pow(0.9, 0.6) * Math.pow(0.8, 0.4);
        double weak = Math.pow(0.9, 0.6) * Math.pow(0.2, 0.4);
        assertEquals(2, boxes.size());
        assertBox(boxes.get(0), 1, strong, 50, 37.5, 150, 112.5);
        assertBox(boxes.get(1), 0, weak, 50, 37.5, 150, 112.5);
    }

    @Test
    void ssdHasBoxesClassesScoresAndTheirNumber() {
        Tensor boxes = set(Tensor.zeros(TensorType.f32(1, 3, 4)), 0, 0.1f, 0.2f, 0.5f, 0.6f);
        Tensor classes = Tensor.of(Shape.of(1, 3), 17f, 0f, 0f);
        Tensor scores = Tensor.of(Shape.of(1, 3), 0.7f, 0.6f, 0.5f);
        Tensor count = Tensor.of(Shape.of(1), 1f);
        List<Tensor> outputs = List.of(boxes, classes, scores, count);
        List<Box> found = Decoder.SSD.boxes(outputs, 100, 100, 1);
        assertEquals(1, found.size());
        assertBox(found.get(0), 16, 0.7, 20, 10, 60, 50);
        classes.setReal(0, 11f);
        assertEquals(List.of(), Decoder.SSD.boxes(outputs, 100, 100, 1));
        assertThrows(ShapeException.class, () -> Decoder.SSD.boxes(List.of(boxes), 100, 100, 1));
    }

    @Test
    void yolov8HasCellsBehind() {
        Tensor t = Tensor.zeros(TensorType.f32(1, 6, 3));
        float[] values = {20, 30, 10, 40, 0.1f, 0.6f};
        for (int c = 0; c < 6; c++) {
            t.setReal(c * 3 + 1, values[c]);
        }
        List<Box> boxes = Decoder.YOLOV8.boxes(List.of(t), 64, 64, 0.7);
        assertEquals(2, boxes.size());
        assertBox(boxes.get(0), 1, 0.6, 15, 10, 25, 50);
    }

    @Test
    void nanodetHasDistributionsOfDistances() {
        int cells = 64 + 16 + 4 + 1;
        Tensor t = Tensor.zeros(TensorType.f32(1, cells, 34));
        int at = (64 + 5) * 34;
        set(t, at, 0.3f, 0.9f);
        t.setReal(at + 2 + 1, 100f);
        t.setReal(at + 2 + 8 + 2, 100f);
        t.setReal(at + 2 + 16 + 3, 100f);
        List<Box> boxes = Decoder.NANODET.boxes(List.of(t), 64, 64, 0.6);
        assertEquals(2, boxes.size());
        assertBox(boxes.get(0), 1, 0.9, 0, -16, 64, 16 + 3.5 * 16);
        assertThrows(ShapeException.class, () -> Decoder.NANODET.boxes(List.of(t), 96, 96, 0.6));
    }

    @Test
    void overlappingBoxesOfOneClassAreDropped() {
        Box best = new Box(0, 0.9f, 0, 0, 10, 10);
        Box covered = new Box(0, 0.8f, 0, 0, 10, 8);
        Box other = new Box(1, 0.7f, 0, 0, 10, 10);
        Box apart = new Box(0, 0.6f, 20, 20, 30, 30);
        Box weak = new Box(0, 0.0005f, 50, 50, 60, 60);
        List<Box> all = List.of(weak, apart, other, covered, best);
        assertEquals(List.of(best, other, apart), new Suppression(0.001f, 0.5, 100).apply(all));
        assertEquals(List.of(best, other), new Suppression(0.001f, 0.5, 2).apply(all));
        assertEquals(0.8, best.overlap(covered), 1e-12);
        assertEquals(0, best.overlap(apart));
    }

    @Test
    void namesAreThoseOfTheCommand() {
        for (Decoder d : Decoder.values()) {
            assertEquals(d, Decoder.parse(d.label()));
        }
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Decoder.parse("yolo"));
        assertTrue(e.getMessage().contains("yolox, fastestdet, ssd, yolov8, nanodet"));
    }
}

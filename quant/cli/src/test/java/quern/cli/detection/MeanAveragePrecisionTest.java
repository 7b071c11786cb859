package quern.cli.detection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.error.FormatException;

class MeanAveragePrecisionTest {
    @TempDir Path folder;

    private static Box box(int category, double score, double left, double width) {
        return new Box(category, (float) score, left, 0, left + width, 10);
    }

    @Test
    void whatIsFoundExactlyIsPerfect() {
        MeanAveragePrecision map = new MeanAveragePrecision();
        map.add(List.of(box(0, 0.9, 0, 10)), List.of(box(0, 1, 0, 10)));
        assertEquals(1, map.value(), 1e-12);
        assertEquals(1, map.at50(), 1e-12);
        assertEquals(1, map.pictures());
    }

    /** Overlap 0.76: a hit at 0.5 to 0.75, which are six of ten overlaps. */
    @Test
    void overlapDecidesAtHowManyLevelsABoxCounts() {
        MeanAveragePrecision map = new MeanAveragePrecision();
        map.add(List.of(box(0, 0.9, 0, 7.6)), List.of(box(0, 1, 0, 10)));
        assertEquals(0.6, map.value(), 1e-12);
        assertEquals(1, map.at50(), 1e-12);
    }

    /** Hit, miss, hit of three known: precision 1 up to recall 1/3, 2/3 up to 2/3, then 0. */
    @Test
    void precisionIsTheBestAtAnyHigherRecall() {
        MeanAveragePrecision map = new MeanAveragePrecision();
        List<Box> known = List.of(box(0, 1, 0, 10), box(0, 1, 100, 10), box(0, 1, 200, 10));
        map.add(List.of(box(0, 0.9, 0, 10), box(0, 0.8, 50, 10), box(0, 0.7, 100, 10)), known);
        assertEquals((34 * 1.0 + 33 * 2 / 3.0) / 101, map.at50(), 1e-12);
    }

    @Test
    void aKnownBoxIsFoundOnce() {
        MeanAveragePrecision map = new MeanAveragePrecision();
        map.add(
                List.of(box(0, 0.9, 0, 10), box(0, 0.8, 0, 10)),
                List.of(box(0, 1, 0, 10), box(0, 1, 100, 10)));
        assertEquals(51 / 101.0, map.at50(), 1e-12);
    }

    @Test
    void classesThatOccurCountAlike() {
        MeanAveragePrecision map = new MeanAveragePrecision();
        map.add(
                List.of(box(0, 0.9, 0, 10), box(7, 0.9, 0, 10)),
                List.of(box(0, 1, 0, 10), box(1, 1, 50, 10)));
        assertEquals(0.5, map.at50(), 1e-12);
        assertEquals(0, new MeanAveragePrecision().value());
    }

    @Test
    void labelsAreReadByStem() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "3 0.5 0.5 0.2 0.4\n\n0 0.1 0.2 0.2 0.2\n");
        BoxLabels labels = BoxLabels.open(folder);
        assertEquals(2, labels.boxes("a").size());
        assertEquals(3, labels.boxes("a").get(0).category());
        assertEquals(0.4, labels.boxes("a").get(0).left(), 1e-12);
        assertEquals(0.7, labels.boxes("a").get(0).bottom(), 1e-12);
        assertEquals(List.of(), labels.boxes("none"));
        for (String bad : List.of("1 2", "x 0 0 0 0", "-1 0 0 0 0", "0 0 0 0 1.5", "0 a 0 0 0")) {
            Files.writeString(folder.resolve("b.txt"), bad);
            FormatException e = assertThrows(FormatException.class, () -> labels.boxes("b"));
            assertTrue(e.getMessage().contains("b.txt line 1"), e::getMessage);
        }
        Path none = folder.resolve("none");
        assertThrows(FormatException.class, () -> BoxLabels.open(none));
    }
}

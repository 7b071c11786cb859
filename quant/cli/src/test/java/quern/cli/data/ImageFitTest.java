package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFitTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "224x192:stretch 224x192:stretch",
                "224x192:crop 224x192:crop=0.875",
                "224x192:crop=1 224x192:crop=1",
                "416x416:letterbox 416x416:letterbox=center,114",
                "416x416:letterbox=center 416x416:letterbox=center,114",
                "416x416:letterbox=top-left 416x416:letterbox=top-left,114",
                "416x416:letterbox=top-left,0 416x416:letterbox=top-left,0"
            })
    void textIsReadAndWritten(String given, String full) {
        ImageFit fit = ImageFit.parse(given);
        assertEquals(full, fit.text());
        assertEquals(fit, ImageFit.parse(full));
    }

    private static Placement place(String fit, int height, int width) {
        return ImageFit.parse(fit).place(height, width);
    }

    @Test
    void stretchTakesEverythingEverywhere() {
        assertEquals(
                new Placement(0, 0, 640, 480, 0, 0, 100, 200), place("200x100:stretch", 480, 640));
    }

    @Test
    void cropTakesTheSameShareOfBothSides() {
        assertEquals(
                new Placement(40, 30, 560, 420, 0, 0, 224, 200), place("200x224:crop", 480, 640));
        assertEquals(
                new Placement(0, 0, 640, 480, 0, 0, 150, 200), place("200x150:crop=1", 480, 640));
    }

    @Test
    void letterboxShowsAllOfThePicture() {
        assertEquals(
                new Placement(0, 0, 640, 480, 0, 52, 416, 312),
                place("416x416:letterbox", 480, 640));
        assertEquals(
                new Placement(0, 0, 640, 480, 0, 0, 416, 312),
                place("416x416:letterbox=top-left", 480, 640));
        assertEquals(
                new Placement(0, 0, 426, 640, 69, 0, 277, 416),
                place("416x416:letterbox", 640, 426));
        assertEquals(
                new Placement(0, 0, 10_000, 1, 0, 4, 10, 1), place("10x10:letterbox", 1, 10_000));
    }
}

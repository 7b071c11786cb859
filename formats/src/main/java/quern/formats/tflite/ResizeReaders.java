package quern.formats.tflite;

import quern.error.FormatException;
import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;
import quern.tensor.Ints;

/** Reads operators that resize images. */
final class ResizeReaders {
    private static final int BILINEAR_ALIGN_CORNERS = 2;
    private static final int BILINEAR_HALF_PIXEL_CENTERS = 3;
    private static final int NEAREST_ALIGN_CORNERS = 0;
    private static final int NEAREST_HALF_PIXEL_CENTERS = 1;

    private ResizeReaders() {}

    static void bilinear(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(
                new ResizeBilinear(
                        size(o),
                        o.options().u8(BILINEAR_ALIGN_CORNERS) != 0,
                        o.options().u8(BILINEAR_HALF_PIXEL_CENTERS) != 0),
                o.input(0));
    }

    static void nearestNeighbor(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(
                new ResizeNearestNeighbor(
                        size(o),
                        o.options().u8(NEAREST_ALIGN_CORNERS) != 0,
                        o.options().u8(NEAREST_HALF_PIXEL_CENTERS) != 0),
                o.input(0));
    }

    private static Ints size(TfliteOperator o) {
        int[] size = o.integers(1, "size");
        if (size.length != 2) {
            throw new FormatException(
                    "size", "height and width were expected, not " + size.length + " numbers");
        }
        return Ints.of(size);
    }
}

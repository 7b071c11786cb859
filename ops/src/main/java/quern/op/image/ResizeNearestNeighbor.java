package quern.op.image;

import quern.op.Attributes;
import quern.tensor.Ints;

/**
 * An NHWC image at another size, each pixel the nearest one of the input; codes keep their
 * quantization.
 *
 * @param size height, width of the output
 * @param alignCorners the centers of the corner pixels of input and output coincide
 * @param halfPixelCenters a pixel stands at the middle of its square, not at its corner; with
 *     {@code alignCorners} its position is taken on the scale of the aligned corners
 */
public record ResizeNearestNeighbor(Ints size, boolean alignCorners, boolean halfPixelCenters)
        implements Resizing {
    public ResizeNearestNeighbor {
        Resizing.require(size);
    }

    /** Restores what {@link #write} wrote. */
    public static ResizeNearestNeighbor read(Attributes a) {
        return new ResizeNearestNeighbor(
                a.ints("size", 2),
                a.flag("align_corners", false),
                a.flag("half_pixel_centers", false));
    }
}

package quern.op.image;

import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Ints;
import quern.tensor.TensorType;

/**
 * An NHWC image at another size, each pixel interpolated between its four neighbours in the input;
 * codes keep their quantization.
 *
 * @param size height, width of the output
 * @param alignCorners the centers of the corner pixels of input and output coincide
 * @param halfPixelCenters a pixel stands at the middle of its square, not at its corner; with
 *     {@code alignCorners} its position is taken on the scale of the aligned corners
 */
public record ResizeBilinear(Ints size, boolean alignCorners, boolean halfPixelCenters)
        implements Op {
    public ResizeBilinear {
        Resizing.require(size);
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        return Resizing.infer(in, size);
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameQuant(in.type(0), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {
        Resizing.write(a, size, alignCorners, halfPixelCenters);
    }

    /** Restores what {@link #write} wrote. */
    public static ResizeBilinear read(Attributes a) {
        return new ResizeBilinear(
                a.ints("size", 2),
                a.flag("align_corners", false),
                a.flag("half_pixel_centers", false));
    }
}

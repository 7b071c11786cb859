package quern.op.image;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** An operator that resizes NHWC images; codes keep their quantization. */
interface Resizing extends Op {
    /** Height and width of the output. */
    Ints size();

    /** Whether the centers of the corner pixels of input and output coincide. */
    boolean alignCorners();

    /** Whether a pixel stands at the middle of its square, not at its corner. */
    boolean halfPixelCenters();

    @Override
    default Arity arity() {
        return Arity.of(1);
    }

    static void require(Ints size) {
        if (size.size() != 2 || size.at(0) < 1 || size.at(1) < 1) {
            throw new ShapeException(
                    "the size of a resized image must be two positive numbers, not " + size);
        }
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        TypeRules.rank(x, 4, "the input of a resize");
        TypeRules.activation16(x, "the input of a resize");
        Shape shape = x.shape();
        for (int axis = 1; axis <= 2; axis++) {
            if (!shape.isSymbolic(axis) && shape.dim(axis) == 0) {
                throw new ShapeException("an image without pixels cannot be resized: " + shape);
            }
        }
        String height = Integer.toString(size().at(0));
        String width = Integer.toString(size().at(1));
        return List.of(x.withShape(Shape.of(List.of(shape.word(0), height, width, shape.word(3)))));
    }

    @Override
    default void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameQuant(in.type(0), outputs.get(0));
    }

    @Override
    default void write(Attributes a) {
        a.put("size", size());
        if (alignCorners()) {
            a.put("align_corners", true);
        }
        if (halfPixelCenters()) {
            a.put("half_pixel_centers", true);
        }
    }
}

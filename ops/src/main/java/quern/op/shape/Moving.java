package quern.op.shape;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Operators whose output holds elements of input 0, of any type that has one scale at most, as they
 * are.
 */
public interface Moving extends Op {
    /** The shape of the output. */
    Shape move(OpInputs in);

    @Override
    default Arity arity() {
        return Arity.of(1);
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        if (x.channels() > 1 || x.quant() instanceof Quant.PerBlock) {
            throw new ShapeException("only tensors with one scale can be moved so, not " + x);
        }
        return List.of(x.withShape(move(in)));
    }

    @Override
    default void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameQuant(in.type(0), outputs.get(0));
    }

    /** Throws unless there is one number for each axis of {@code x}. */
    static void requireRank(Shape x, Ints numbers, String what) {
        if (x.rank() != numbers.size()) {
            throw new ShapeException(what + " " + numbers + " do not fit shape " + x);
        }
    }

    /** Throws unless the type is that of indices: S16, S32 or S64 without quantization. */
    static void requireIndices(TensorType type, String what) {
        boolean whole =
                type.dtype() == DType.S16 || type.dtype() == DType.S32 || type.dtype() == DType.S64;
        if (!whole || type.isQuantized()) {
            throw new ShapeException(what + " must be S16, S32 or S64, but are " + type);
        }
    }

    /** Throws unless {@code starts} holds an index for each axis of {@code x}. */
    static void requireStarts(TensorType starts, Shape x) {
        requireIndices(starts, "the starts");
        if (!Shape.of(x.rank()).accepts(starts.shape())) {
            throw new ShapeException(
                    "starts of shape " + starts.shape() + " do not fit a tensor of shape " + x);
        }
    }

    /**
     * A computed index along an axis of {@code dim} elements, counted from the front; negative ones
     * count from the end.
     *
     * @param node names the node in the message
     * @throws ShapeException if there is no such element
     */
    static int index(long index, int dim, String node) {
        long i = index < 0 ? index + dim : index;
        if (i < 0 || i >= dim) {
            throw new ShapeException(
                    node, "index " + index + " is outside of an axis of " + dim + " elements");
        }
        return (int) i;
    }

    /** A computed start of {@code size} of {@code dim} elements, moved to where they all exist. */
    static int clamp(long start, int size, int dim) {
        return (int) Math.max(0, Math.min(start, dim - size));
    }
}

package quern.op.reduction;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** A reduction along axes. */
interface Reducing extends Op {
    /** The reduced axes, counted from the front, ascending, each once. */
    Ints axes();

    /** Whether reduced axes stay as dimensions of size 1. */
    boolean keepDims();

    @Override
    default Arity arity() {
        return Arity.of(1);
    }

    @Override
    default void write(Attributes a) {
        a.put("axes", axes());
        if (keepDims()) {
            a.put("keep_dims", true);
        }
    }

    static void requireAscending(Ints axes) {
        for (int i = 0; i < axes.size(); i++) {
            if (axes.at(i) < (i == 0 ? 0 : axes.at(i - 1) + 1)) {
                throw new ShapeException(
                        "reduced axes must be ascending and not negative, not " + axes);
            }
        }
    }

    /** The shape that is left of {@code x}. */
    default Shape reduce(Shape x) {
        Ints axes = axes();
        List<String> words = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < x.rank(); i++) {
            boolean reduced = next < axes.size() && axes.at(next) == i;
            next += reduced ? 1 : 0;
            if (!reduced) {
                words.add(x.word(i));
            } else if (keepDims()) {
                words.add("1");
            }
        }
        if (next != axes.size()) {
            throw new ShapeException("reduced axes " + axes + " do not exist in shape " + x);
        }
        return Shape.of(words);
    }

    /** The type of truth values of type {@code x} reduced along axes. */
    default TensorType truth(TensorType x) {
        if (x.dtype() != DType.BOOL) {
            throw new ShapeException("truth values must be BOOL, but their type is " + x);
        }
        return x.withShape(reduce(x.shape()));
    }
}

package quern.op.dynamic;

import java.util.Collections;
import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Dynamic;
import quern.op.OpInputs;
import quern.op.shape.Reshape;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * The elements of input 0 under the shape that input 1 holds: one number may be -1 and takes what
 * remains.
 *
 * @param allowZero whether 0 is a dimension; else it stands for the input's dimension at its place
 */
public record ReshapeBy(boolean allowZero) implements Dynamic {
    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    @Override
    public Ints deciding() {
        return Ints.of(1);
    }

    @Override
    public Fixed fix(OpInputs in) {
        Dynamic.requireIntegers(in, 1, "the dimensions");
        int[] dims = Dynamic.integers(in, 1).toArray();
        Shape x = in.type(0).shape();
        for (int i = 0; i < dims.length && !allowZero; i++) {
            if (dims[i] == 0 && i >= x.rank()) {
                throw new ShapeException("dimension " + i + " of " + x + " does not exist");
            }
            dims[i] = dims[i] == 0 ? x.dim(i) : dims[i];
        }
        return new Fixed(new Reshape(Ints.of(dims)), Ints.of(0));
    }

    @Override
    public List<TensorType> open(OpInputs in) {
        Dynamic.requireIntegers(in, 1, "the dimensions");
        return List.of(in.type(0).withShape(unknown(in.type(1).shape().elements())));
    }

    /** A shape of which only the rank is known. */
    static Shape unknown(int rank) {
        return Shape.of(Collections.nCopies(rank, Shape.UNKNOWN));
    }

    @Override
    public void write(Attributes a) {
        if (allowZero) {
            a.put("allow_zero", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static ReshapeBy read(Attributes a) {
        return new ReshapeBy(a.flag("allow_zero", false));
    }
}

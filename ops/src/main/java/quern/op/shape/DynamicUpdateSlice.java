package quern.op.shape;

import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Shape;

/**
 * Input 0 with a box replaced by input 1, of the same type; input 2 tells where the box begins: an
 * index for each axis (S16, S32 or S64). A box that would leave the tensor is moved back into it.
 */
public record DynamicUpdateSlice() implements Moving {
    @Override
    public Arity arity() {
        return Arity.of(3);
    }

    @Override
    public Shape move(OpInputs in) {
        Shape x = in.type(0).shape();
        Shape box = in.type(1).shape();
        TypeRules.sameQuant(in.type(0), in.type(1));
        Moving.requireStarts(in.type(2), x);
        boolean fits = box.rank() == x.rank();
        for (int axis = 0; fits && axis < x.rank(); axis++) {
            boolean open = x.isSymbolic(axis) || box.isSymbolic(axis);
            fits = open || box.dim(axis) <= x.dim(axis);
        }
        if (!fits) {
            throw new ShapeException("a box of shape " + box + " does not fit into " + x);
        }
        return x;
    }

    @Override
    public void write(Attributes a) {}
}

package quern.op.dynamic;

import java.util.List;
import quern.op.Arity;
import quern.op.Dynamic;
import quern.op.OpInputs;
import quern.op.shape.BroadcastTo;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Input 0 broadcast, by numpy's rule, with a tensor of the shape that input 1 holds: a 1 there
 * leaves the input's dimension.
 */
public record BroadcastBy() implements Dynamic {
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
        Shape to = Shape.of(Dynamic.integers(in, 1).toArray());
        Shape both = Shape.broadcast(in.type(0).shape(), to);
        return new Fixed(new BroadcastTo(Ints.of(both.toArray())), Ints.of(0));
    }

    @Override
    public List<TensorType> open(OpInputs in) {
        Dynamic.requireIntegers(in, 1, "the dimensions");
        int rank = Math.max(in.type(0).shape().rank(), in.type(1).shape().elements());
        return List.of(in.type(0).withShape(ReshapeBy.unknown(rank)));
    }
}

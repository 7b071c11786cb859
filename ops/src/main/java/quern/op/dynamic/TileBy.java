package quern.op.dynamic;

import java.util.List;
import quern.op.Arity;
import quern.op.Dynamic;
import quern.op.OpInputs;
import quern.op.shape.Tile;
import quern.tensor.Ints;
import quern.tensor.TensorType;

/** Input 0 over and over along each axis, as often as input 1 says. */
public record TileBy() implements Dynamic {
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
        Dynamic.requireIntegers(in, 1, "the repeats");
        return new Fixed(new Tile(Dynamic.integers(in, 1)), Ints.of(0));
    }

    @Override
    public List<TensorType> open(OpInputs in) {
        Dynamic.requireIntegers(in, 1, "the repeats");
        return List.of(in.type(0).withShape(ReshapeBy.unknown(in.type(0).shape().rank())));
    }
}

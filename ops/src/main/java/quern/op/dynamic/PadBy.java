package quern.op.dynamic;

import java.util.Arrays;
import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Dynamic;
import quern.op.OpInputs;
import quern.op.shape.Pad;
import quern.tensor.Ints;
import quern.tensor.TensorType;

/**
 * Elements of one value added around input 0. Input 1 says how many: first before, then after, for
 * each axis. The value is input 2, a scalar of the type of input 0, or zero.
 */
public record PadBy() implements Dynamic {
    @Override
    public Arity arity() {
        return Arity.optional(2, 3);
    }

    @Override
    public Ints deciding() {
        return Ints.of(1);
    }

    @Override
    public Fixed fix(OpInputs in) {
        Dynamic.requireIntegers(in, 1, "the pads");
        int[] pads = Dynamic.integers(in, 1).toArray();
        int rank = in.type(0).shape().rank();
        if (pads.length != 2 * rank || Arrays.stream(pads).anyMatch(p -> p < 0)) {
            throw new ShapeException(
                    "pads "
                            + Arrays.toString(pads)
                            + " must be two numbers for each axis of "
                            + in.type(0)
                            + ", 0 or more");
        }
        Ints before = Ints.of(Arrays.copyOf(pads, rank));
        Ints after = Ints.of(Arrays.copyOfRange(pads, rank, 2 * rank));
        return new Fixed(new Pad(before, after, 0f), in.has(2) ? Ints.of(0, 2) : Ints.of(0));
    }

    @Override
    public List<TensorType> open(OpInputs in) {
        Dynamic.requireIntegers(in, 1, "the pads");
        return List.of(in.type(0).withShape(ReshapeBy.unknown(in.type(0).shape().rank())));
    }
}

package quern.op.dynamic;

import java.util.List;
import quern.op.Arity;
import quern.op.Dynamic;
import quern.op.OpInputs;
import quern.op.shape.Range;
import quern.tensor.Ints;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Numbers from input 0 on, input 2 apart, as long as input 1 is not reached: scalars of one type,
 * F32, S32 or S64.
 */
public record RangeBy() implements Dynamic {
    @Override
    public Arity arity() {
        return Arity.of(3);
    }

    @Override
    public Ints deciding() {
        return Ints.of(0, 1, 2);
    }

    @Override
    public Fixed fix(OpInputs in) {
        Tensor start = in.constant(0).orElseThrow();
        Tensor limit = in.constant(1).orElseThrow();
        Tensor step = in.constant(2).orElseThrow();
        return new Fixed(new Range(Range.count(start, limit, step)), Ints.of(0, 2));
    }

    @Override
    public List<TensorType> open(OpInputs in) {
        return List.of(in.type(0).withShape(ReshapeBy.unknown(1)));
    }
}

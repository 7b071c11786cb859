package quern.op.reduction;

import java.util.List;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.tensor.Ints;
import quern.tensor.TensorType;

/**
 * Whether every element along axes is true, as all of no elements are; a byte of a BOOL tensor that
 * is not 0 is true.
 *
 * @param axes the reduced axes, counted from the front, ascending, each once
 * @param keepDims reduced axes stay as dimensions of size 1
 */
public record ReduceAll(Ints axes, boolean keepDims) implements Op {
    public ReduceAll {
        Reducing.requireAscending(axes);
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        return List.of(Reducing.truth(in.type(0), axes, keepDims));
    }

    @Override
    public void write(Attributes a) {
        Reducing.write(a, axes, keepDims);
    }

    /** Restores what {@link #write} wrote. */
    public static ReduceAll read(Attributes a) {
        return new ReduceAll(a.ints("axes"), a.flag("keep_dims", false));
    }
}

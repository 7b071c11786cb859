package quern.op.reduction;

import java.util.List;
import quern.op.Attributes;
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
public record ReduceAll(Ints axes, boolean keepDims) implements Reducing {
    public ReduceAll {
        Reducing.requireAscending(axes);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        return List.of(truth(in.type(0)));
    }

    /** Restores what {@link #write} wrote. */
    public static ReduceAll read(Attributes a) {
        return new ReduceAll(a.ints("axes"), a.flag("keep_dims", false));
    }
}

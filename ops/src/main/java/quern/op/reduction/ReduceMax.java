package quern.op.reduction;

import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * The largest element along axes; codes keep their quantization.
 *
 * @param axes the reduced axes, counted from the front, ascending, each once
 * @param keepDims reduced axes stay as dimensions of size 1
 */
public record ReduceMax(Ints axes, boolean keepDims) implements Reducing {
    public ReduceMax {
        Reducing.requireAscending(axes);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TypeRules.number(in.type(0), "the input of a maximum");
        Shape y = reduce(in.type(0).shape());
        return List.of(in.type(0).withShape(y));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameQuant(in.type(0), outputs.get(0));
    }

    /** Restores what {@link #write} wrote. */
    public static ReduceMax read(Attributes a) {
        return new ReduceMax(a.ints("axes"), a.flag("keep_dims", false));
    }
}

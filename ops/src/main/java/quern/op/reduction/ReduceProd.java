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
 * The product along axes; plain integers wrap at the width of their type.
 *
 * @param axes the reduced axes, counted from the front, ascending, each once
 * @param keepDims reduced axes stay as dimensions of size 1
 */
public record ReduceProd(Ints axes, boolean keepDims) implements Reducing {
    public ReduceProd {
        Reducing.requireAscending(axes);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        if (!TypeRules.isPlain(in.type(0))) {
            TypeRules.activation16(in.type(0), "the input of a product");
        }
        Shape y = reduce(in.type(0).shape());
        return List.of(TypeRules.open(in.type(0), y));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputNumbers(in.type(0), outputs.get(0));
    }

    /** Restores what {@link #write} wrote. */
    public static ReduceProd read(Attributes a) {
        return new ReduceProd(a.ints("axes"), a.flag("keep_dims", false));
    }
}

package quern.op.quantize;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/**
 * Elementwise, from one element type of whole bytes to another. Scales play no part: codes count as
 * the integers that they are, before and after.
 *
 * <ul>
 *   <li>integers to integers: the low bits; BOOL counts as 0 or 1
 *   <li>to BOOL: whether the number is not zero, as NaN is not
 *   <li>real numbers to integers: the fraction is dropped, numbers beyond the range become the end
 *       of the range, and NaN becomes 0
 *   <li>to real numbers: the nearest one, ties to even; to F16 and BF16 by way of F32
 * </ul>
 *
 * @param to the element type of the output
 */
public record Cast(DType to) implements Op {
    public Cast {
        if (to.isPacked()) {
            throw new ShapeException("there is no cast to " + to);
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        TypeRules.movable(x, "the input of a cast");
        return List.of(TensorType.of(to, x.shape()));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TensorType y = outputs.get(0);
        if (y.dtype() != to || y.isQuantized() && !(y.quant() instanceof Quant.PerTensor)) {
            throw new ShapeException("the output of a cast to " + to + " cannot be " + y);
        }
    }

    @Override
    public void write(Attributes a) {
        a.put("to", to.name());
    }

    /** Restores what {@link #write} wrote. */
    public static Cast read(Attributes a) {
        return new Cast(a.dtype("to"));
    }
}

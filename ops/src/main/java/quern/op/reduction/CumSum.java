package quern.op.reduction;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.TensorType;

/**
 * Sums of what stands before along an axis: {@code y[i] = y[i-1] + x[i]}, one addition after the
 * other from +0. F32, or S32 and S64 without quantization, which wrap.
 *
 * @param axis counted from the front
 * @param exclusive without the element itself: {@code y[i] = y[i-1] + x[i-1]}
 * @param reverse from the last element to the first
 */
public record CumSum(int axis, boolean exclusive, boolean reverse) implements Op {
    public CumSum {
        Ordered.requireAxis(axis);
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        if (!TypeRules.isReal(x) && !TypeRules.isPlain(x)) {
            throw new ShapeException(
                    "the input of a CumSum must be F32, or S32 or S64 without quantization, but its type is "
                            + x);
        }
        x.shape().axis(axis);
        return List.of(x);
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameQuant(in.type(0), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {
        a.put("axis", axis);
        if (exclusive) {
            a.put("exclusive", true);
        }
        if (reverse) {
            a.put("reverse", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static CumSum read(Attributes a) {
        return new CumSum(a.integer("axis"), a.flag("exclusive", false), a.flag("reverse", false));
    }
}

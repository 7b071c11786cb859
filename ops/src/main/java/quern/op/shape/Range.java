package quern.op.shape;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Numbers with the same distance: input 0, then each the sum of the one before it and input 1. Both
 * are scalars, F32, S32 or S64 without quantization; integers wrap.
 *
 * @param count how many
 */
public record Range(int count) implements Op {
    public Range {
        if (count < 0) {
            throw new ShapeException("a range cannot have " + count + " elements");
        }
    }

    /**
     * How many numbers lie between {@code start} and {@code limit}, which is not among them; none
     * if the step goes the other way.
     */
    public static int count(Tensor start, Tensor limit, Tensor step) {
        for (Tensor t : List.of(start, limit, step)) {
            requireNumber(t.type());
            if (t.elements() != 1 || t.dtype() != start.dtype()) {
                throw new ShapeException("start, limit and step must be one number each, not " + t);
            }
        }
        double count;
        if (start.dtype() == DType.F32) {
            float steps = (limit.real(0) - start.real(0)) / step.real(0);
            count = Math.ceil(steps);
        } else {
            count = count(start.integer(0), limit.integer(0), step.integer(0));
        }
        if (!(count <= Integer.MAX_VALUE - 8)) {
            throw new ShapeException("a range of " + count + " elements is too long");
        }
        return (int) Math.max(0, count);
    }

    private static double count(long start, long limit, long step) {
        if (step == 0) {
            return Double.NaN;
        }
        long span = limit - start;
        if (((limit ^ start) & (limit ^ span)) < 0) {
            return Double.POSITIVE_INFINITY;
        }
        double about = (double) span / step;
        if (Math.abs(about) > Integer.MAX_VALUE) {
            return about;
        }
        boolean whole = span % step == 0;
        return (double) (span / step) + (whole || span > 0 != step > 0 ? 0 : 1);
    }

    private static void requireNumber(TensorType type) {
        DType d = type.dtype();
        if (type.isQuantized() || d != DType.F32 && d != DType.S32 && d != DType.S64) {
            throw new ShapeException("a range is F32, S32 or S64, not " + type);
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        requireNumber(in.type(0));
        TypeRules.rank(in.type(0), 0, "the start of a range");
        TypeRules.rank(in.type(1), 0, "the step of a range");
        TypeRules.sameQuant(in.type(0), in.type(1));
        return List.of(in.type(0).withShape(Shape.of(count)));
    }

    @Override
    public void write(Attributes a) {
        a.put("count", count);
    }

    /** Restores what {@link #write} wrote. */
    public static Range read(Attributes a) {
        return new Range(a.integer("count"));
    }
}

package quern.op.shape;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.Quantization;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Elements of one value added around a tensor: of input 1, a scalar of the tensor's type, if it is
 * given, else of the attribute.
 *
 * @param before number of elements before, for each axis
 * @param after number of elements after, for each axis
 * @param value the real value that is added; codes are {@code zeroPoint + round(value / scale)},
 *     ties away from zero, clamped; an integer without quantization must be this number
 */
public record Pad(Ints before, Ints after, float value) implements Moving {
    public Pad {
        requireSides(before, after);
    }

    static void requireSides(Ints before, Ints after) {
        if (before.size() != after.size()
                || before.stream().anyMatch(p -> p < 0)
                || after.stream().anyMatch(p -> p < 0)) {
            throw new ShapeException(
                    "padding "
                            + before
                            + " and "
                            + after
                            + " must be as many numbers each, none negative");
        }
    }

    @Override
    public Arity arity() {
        return Arity.optional(1, 2);
    }

    @Override
    public Shape move(OpInputs in) {
        Shape x = in.type(0).shape();
        if (in.has(1)) {
            TypeRules.rank(in.type(1), 0, "the value of a pad");
            TypeRules.sameQuant(in.type(0), in.type(1));
        } else {
            element(in.type(0));
        }
        if (x.rank() != before.size()) {
            throw new ShapeException("padding " + before + " and " + after + " does not fit " + x);
        }
        List<String> words = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            long added = (long) before.at(i) + after.at(i);
            if (x.isSymbolic(i)) {
                words.add(added == 0 ? x.word(i) : Shape.UNKNOWN);
            } else {
                words.add(Long.toString(x.dim(i) + added));
            }
        }
        return Shape.of(words);
    }

    /** The attribute's value as a scalar of an element type, or an error if it has none for it. */
    public Tensor element(TensorType type) {
        Tensor t = Tensor.zeros(type.withShape(Shape.of()));
        DType dtype = type.dtype();
        if (type.quant() instanceof Quant.PerTensor q) {
            int zero = q.zeroPoint();
            int code =
                    Quantization.quantizeHalfAway(
                            value, q.scale(), zero, type.codeMin(), type.codeMax());
            t.setInteger(0, code);
        } else if (dtype == DType.F32) {
            t.setReal(0, value);
        } else if (dtype == DType.F64) {
            t.doubles()[0] = value;
        } else if (Float.floatToIntBits(value) != 0) {
            int bits = dtype == DType.BOOL ? 1 : Math.min(dtype.bits(), 63);
            long whole = (long) value;
            boolean fits = whole == (double) value && whole <= dtype.max(bits);
            if (dtype.isFloat() || !fits || whole < dtype.min(dtype.bits())) {
                throw new ShapeException("no element of " + type + " has the value " + value);
            }
            t.setInteger(0, whole);
        }
        return t;
    }

    @Override
    public void write(Attributes a) {
        a.put("before", before);
        a.put("after", after);
        if (Float.floatToIntBits(value) != 0) {
            a.put("value", value);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static Pad read(Attributes a) {
        return new Pad(a.ints("before"), a.ints("after"), a.real("value", 0));
    }
}

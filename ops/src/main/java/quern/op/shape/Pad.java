package quern.op.shape;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Elements of one value added around a tensor.
 *
 * @param before number of elements before, for each axis
 * @param after number of elements after, for each axis
 * @param value the real value that is added; codes are {@code zeroPoint + round(value / scale)},
 *     ties away from zero, clamped
 */
public record Pad(Ints before, Ints after, float value) implements Op {
    public Pad {
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
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        TypeRules.activation(x, "the input of a pad");
        if (x.shape().rank() != before.size()) {
            throw new ShapeException(
                    "padding " + before + " and " + after + " does not fit shape " + x.shape());
        }
        List<String> words = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            long added = (long) before.at(i) + after.at(i);
            if (x.shape().isSymbolic(i)) {
                words.add(added == 0 ? x.shape().word(i) : Shape.UNKNOWN);
            } else {
                words.add(Long.toString(x.shape().dim(i) + added));
            }
        }
        return List.of(x.withShape(Shape.of(words)));
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

package quern.op.activation;

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
 * The logarithm of a softmax along one axis: {@code x - max - log(sum of e^(x - max))}.
 *
 * @param axis counted from the front
 */
public record LogSoftmax(int axis) implements Op {
    public LogSoftmax {
        if (axis < 0) {
            throw new ShapeException("a softmax needs an axis from 0 on, not " + axis);
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TypeRules.activation(in.type(0), "the input of a softmax");
        in.type(0).shape().axis(axis);
        return List.of(TypeRules.open(in.type(0), in.type(0).shape()));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputFamily(in.type(0), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {
        a.put("axis", axis);
    }

    /** Restores what {@link #write} wrote. */
    public static LogSoftmax read(Attributes a) {
        return new LogSoftmax(a.integer("axis"));
    }
}

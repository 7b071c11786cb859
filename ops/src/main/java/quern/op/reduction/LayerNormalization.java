package quern.op.reduction;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Each vector along the last axis with its mean taken off, divided by the root of its variance plus
 * epsilon, times a scale and plus an offset for each of its elements. Inputs: F32 {@code [..,C]},
 * scale F32 {@code [C]}, offset F32 {@code [C]}. Source: Ba, Kiros and Hinton, "Layer
 * Normalization".
 *
 * @param epsilon what keeps the root from zero
 */
public record LayerNormalization(float epsilon) implements Op {
    @Override
    public Arity arity() {
        return Arity.of(3);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        int rank = x.shape().rank();
        if (rank == 0) {
            throw new ShapeException("a layer normalization needs an axis, but its input has none");
        }
        Shape vector = Shape.of(List.of(x.shape().word(rank - 1)));
        for (int i = 0; i < 3; i++) {
            if (!TypeRules.isReal(in.type(i)) || i > 0 && !in.type(i).shape().equals(vector)) {
                throw new ShapeException(
                        "a layer normalization of "
                                + x
                                + " takes F32 numbers and "
                                + TensorType.of(DType.F32, vector)
                                + " for scale and offset, but input "
                                + i
                                + " is "
                                + in.type(i));
            }
        }
        return List.of(x);
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameFormat(in.type(0), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {
        a.put("epsilon", epsilon);
    }

    /** Restores what {@link #write} wrote. */
    public static LayerNormalization read(Attributes a) {
        return new LayerNormalization(a.real("epsilon"));
    }
}

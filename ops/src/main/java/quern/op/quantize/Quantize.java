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

/** Elementwise, from real numbers to codes of the declared output type. */
public record Quantize() implements Op {
    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        if (!TypeRules.isReal(x)) {
            throw new ShapeException("the input of a quantize must be F32, but its type is " + x);
        }
        return List.of(TensorType.of(DType.S8, x.shape()));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        if (!(outputs.get(0).quant() instanceof Quant.PerTensor)) {
            throw new ShapeException(
                    "the output of a quantize needs one scale and zero point, but its type is "
                            + outputs.get(0));
        }
    }

    @Override
    public void write(Attributes a) {}
}

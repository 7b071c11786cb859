package quern.op.quantize;

import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.tensor.TensorType;

/** Elementwise, from codes to codes of the declared output type. */
public record Requantize() implements Op {
    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        x.perTensor("the input of a requantize");
        return List.of(TensorType.of(x.dtype(), x.shape()));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        outputs.get(0).perTensor("the output of a requantize");
    }

    @Override
    public void write(Attributes a) {}
}

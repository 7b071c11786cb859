package quern.op.quantize;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.tensor.DType;
import quern.tensor.TensorType;

/** Elementwise, from codes to float32 numbers, {@code scale * (code - zeroPoint)}. */
public record Dequantize() implements Op {
    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        if (!x.isQuantized() || x.dtype().bits() > 32) {
            throw new ShapeException(
                    "the input of a dequantize must be quantized, but its type is " + x);
        }
        return List.of(TensorType.of(DType.F32, x.shape()));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        if (outputs.get(0).dtype() != DType.F32 || outputs.get(0).isQuantized()) {
            throw new ShapeException(
                    "the output of a dequantize must be F32, but its type is " + outputs.get(0));
        }
    }

    @Override
    public void write(Attributes a) {}
}

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
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * From real numbers to U8 codes whose scale and zero point follow from the numbers themselves.
 *
 * <p>With {@code low = min(0, x...)} and {@code high = max(0, x...)}, NaN left out: {@code scale =
 * f32(f32(high - low) / 255)}, {@code zero = rint(clamp(f32(0 - f32(low / scale)), 0, 255))}, and
 * each code is that of a Quantize with this scale and zero point, ties to even. If there is nothing
 * but zeros, the scale is 1/255 and the zero point 0.
 *
 * <p>Outputs: codes, which are plain U8 integers; scale, F32[]; zero point, U8[]. Source: ONNX's
 * DynamicQuantizeLinear.
 */
public record DynamicQuantize() implements Op {
    @Override
    public Arity arity() {
        return new Arity(1, 1, 3);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        if (!TypeRules.isReal(x)) {
            throw new ShapeException(
                    "the input of a dynamic quantize must be F32, but its type is " + x);
        }
        return List.of(
                TensorType.of(DType.U8, x.shape()),
                TensorType.of(DType.F32, Shape.of()),
                TensorType.of(DType.U8, Shape.of()));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        for (TensorType y : outputs) {
            if (y.isQuantized()) {
                throw new ShapeException("the outputs of a dynamic quantize are plain, not " + y);
            }
        }
    }

    @Override
    public void write(Attributes a) {}
}

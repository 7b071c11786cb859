package quern.op.dynamic;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.op.ValueShaped;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * The places of the elements that are not zero, in row-major order: a row of S64 coordinates for
 * each axis, a column for each element. NaN is not zero. F32, BOOL and integers without
 * quantization.
 */
public record NonZero() implements ValueShaped {
    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        boolean known = x.dtype() == DType.F32 || x.dtype() == DType.BOOL || x.dtype().isInteger();
        if (!known || x.isQuantized() || x.dtype().isPacked()) {
            throw new ShapeException(
                    "what is not zero is found among F32, BOOL or integers, not " + x);
        }
        String rank = Integer.toString(x.shape().rank());
        return List.of(TensorType.of(DType.S64, Shape.of(List.of(rank, Shape.UNKNOWN))));
    }

    @Override
    public List<Shape> shapes(List<Tensor> inputs) {
        int n = 0;
        for (int i = 0; i < inputs.get(0).elements(); i++) {
            n += isZero(inputs.get(0), i) ? 0 : 1;
        }
        return List.of(Shape.of(inputs.get(0).shape().rank(), n));
    }

    /** Whether element {@code i} is zero. */
    public static boolean isZero(Tensor x, int i) {
        return x.dtype() == DType.F32 ? x.real(i) == 0 : x.integer(i) == 0;
    }

    @Override
    public void write(Attributes a) {}
}

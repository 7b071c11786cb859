package quern.op.dynamic;

import java.util.List;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The dimensions of a tensor of any type, S64. Its value follows from the type of the input. */
public record ShapeOf() implements Op {
    /** The output for an input of a static shape. */
    public static Tensor value(Shape shape) {
        Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of(shape.rank())));
        for (int i = 0; i < shape.rank(); i++) {
            t.setInteger(i, shape.dim(i));
        }
        return t;
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        return List.of(TensorType.of(DType.S64, Shape.of(in.type(0).shape().rank())));
    }

    @Override
    public void write(Attributes a) {}
}

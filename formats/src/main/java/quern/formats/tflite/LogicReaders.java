package quern.formats.tflite;

import java.util.Arrays;
import java.util.Optional;
import quern.error.FormatException;
import quern.op.logic.Select;
import quern.op.quantize.Cast;
import quern.op.shape.Reshape;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Reads comparisons, logic, choices and casts. */
final class LogicReaders {
    private LogicReaders() {}

    /** The condition of the older form may be one truth value for each index of the first axis. */
    static void select(TfliteOperator o) {
        o.requireInputs(3, 3);
        int rank = o.type(1).shape().rank();
        String condition = o.input(0);
        if (o.type(0).shape().rank() == 1 && rank > 1) {
            int[] dims = new int[rank];
            Arrays.fill(dims, 1);
            dims[0] = o.type(0).shape().dim(0);
            condition = o.step("condition", new Reshape(Ints.of(dims)), condition);
        }
        o.emit(new Select(), condition, o.input(1), o.input(2));
    }

    static void cast(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(new Cast(o.outputType().dtype()), o.input(0));
    }

    /**
     * The coordinates of what is true: a constant, for the number of rows depends on the values.
     */
    static void where(TfliteOperator o) {
        o.requireInputs(1, 1);
        Optional<Tensor> condition = o.constant(0);
        if (condition.isEmpty()) {
            throw o.unsupported(
                    "the shape of its result depends on the values of its input, which must be a constant");
        }
        o.emit(coordinates(condition.get()));
    }

    private static Tensor coordinates(Tensor condition) {
        if (condition.dtype() != DType.BOOL && !condition.dtype().isInteger()) {
            throw new FormatException("inputs", "BOOL was expected, not " + condition.type());
        }
        Shape shape = condition.shape();
        int count = 0;
        for (int i = 0; i < condition.elements(); i++) {
            count += condition.integer(i) != 0 ? 1 : 0;
        }
        Tensor y = Tensor.zeros(TensorType.of(DType.S64, Shape.of(count, shape.rank())));
        int row = 0;
        for (int i = 0; i < condition.elements(); i++) {
            if (condition.integer(i) != 0) {
                int rest = i;
                for (int axis = shape.rank() - 1; axis >= 0; axis--) {
                    y.setInteger(row * shape.rank() + axis, rest % shape.dim(axis));
                    rest /= shape.dim(axis);
                }
                row++;
            }
        }
        return y;
    }
}

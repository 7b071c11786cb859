package quern.formats.tflite;

import quern.error.FormatException;
import quern.op.detection.NonMaxSuppression;
import quern.op.reduction.CumSum;
import quern.op.reduction.TopK;
import quern.tensor.DType;
import quern.tensor.Tensor;

/** Reads operators that put elements or boxes in order. */
final class OrderReaders {
    private static final int EXCLUSIVE = 0;
    private static final int REVERSE = 1;

    private OrderReaders() {}

    static void topK(TfliteOperator o) {
        o.requireInputs(2, 2);
        int rank = o.type(0).shape().rank();
        if (rank == 0 || o.outputs() != 2) {
            throw new FormatException("inputs", "an axis and two outputs were expected");
        }
        int count = o.integer(1, "number of elements");
        o.emitAll(new TopK(count, rank - 1, true, o.outputType(1).dtype()), o.input(0));
    }

    static void cumSum(TfliteOperator o) {
        o.requireInputs(2, 2);
        int axis = o.axis(1, o.type(0).shape());
        boolean exclusive = o.options().u8(EXCLUSIVE) != 0;
        o.emit(new CumSum(axis, exclusive, o.options().u8(REVERSE) != 0), o.input(0));
    }

    /** Version 5 has a sigma and gives the scores of the chosen boxes. */
    static void suppression(TfliteOperator o) {
        o.requireInputs(5, 6);
        boolean soft = o.inputs() == 6;
        NonMaxSuppression op =
                new NonMaxSuppression(
                        o.integer(2, "number of boxes"),
                        real(o, 3),
                        real(o, 4),
                        soft ? real(o, 5) : 0,
                        soft);
        o.emitAll(op, o.input(0), o.input(1));
    }

    private static float real(TfliteOperator o, int i) {
        Tensor t =
                o.constant(i)
                        .orElseThrow(
                                () ->
                                        o.unsupported(
                                                "thresholds that depend on the model's inputs are not supported"));
        if (t.dtype() != DType.F32 || t.elements() != 1) {
            throw new FormatException("inputs", "one F32 was expected, not " + t.type());
        }
        return t.real(0);
    }
}

package quern.formats.tflite;

import java.util.Arrays;
import quern.op.Activation;
import quern.op.reduction.L2Normalization;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.Sum;
import quern.tensor.Ints;

/** Reads reductions along axes. */
final class ReductionReaders {
    private static final int KEEP_DIMS = 0;
    private static final int ACTIVATION = 0;

    private ReductionReaders() {}

    static void mean(TfliteOperator o) {
        o.emit(new Mean(axes(o), keepDims(o)), o.input(0));
    }

    static void sum(TfliteOperator o) {
        o.emit(new Sum(axes(o), keepDims(o)), o.input(0));
    }

    static void max(TfliteOperator o) {
        o.emit(new ReduceMax(axes(o), keepDims(o)), o.input(0));
    }

    static void min(TfliteOperator o) {
        o.emit(new ReduceMin(axes(o), keepDims(o)), o.input(0));
    }

    static void l2Normalization(TfliteOperator o) {
        o.requireInputs(1, 1);
        if (o.activation(ACTIVATION) != Activation.NONE) {
            throw o.unsupported("a fused activation is not supported here");
        }
        o.emit(new L2Normalization(), o.input(0));
    }

    private static Ints axes(TfliteOperator o) {
        o.requireInputs(2, 2);
        int[] axes = o.integers(1, "axes");
        for (int i = 0; i < axes.length; i++) {
            axes[i] = o.type(0).shape().axis(axes[i]);
        }
        return Ints.of(Arrays.stream(axes).sorted().distinct().toArray());
    }

    private static boolean keepDims(TfliteOperator o) {
        return o.option(KEEP_DIMS) != 0;
    }
}

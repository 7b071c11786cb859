package quern.formats.tflite;

import java.util.Arrays;
import quern.op.Activation;
import quern.op.reduction.ArgMax;
import quern.op.reduction.ArgMin;
import quern.op.reduction.L2Normalization;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceAll;
import quern.op.reduction.ReduceAny;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.ReduceProd;
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

    static void product(TfliteOperator o) {
        o.emit(new ReduceProd(axes(o), keepDims(o)), o.input(0));
    }

    static void any(TfliteOperator o) {
        o.emit(new ReduceAny(axes(o), keepDims(o)), o.input(0));
    }

    static void all(TfliteOperator o) {
        o.emit(new ReduceAll(axes(o), keepDims(o)), o.input(0));
    }

    static void argMax(TfliteOperator o) {
        o.emit(new ArgMax(axis(o), o.outputType().dtype()), o.input(0));
    }

    static void argMin(TfliteOperator o) {
        o.emit(new ArgMin(axis(o), o.outputType().dtype()), o.input(0));
    }

    private static int axis(TfliteOperator o) {
        o.requireInputs(2, 2);
        return o.axis(1, o.type(0).shape());
    }

    static void l2Normalization(TfliteOperator o) {
        o.requireInputs(1, 1);
        if (o.options().activation(ACTIVATION) != Activation.NONE) {
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
        return o.options().u8(KEEP_DIMS) != 0;
    }
}

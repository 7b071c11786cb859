package quern.formats.tflite;

import quern.error.FormatException;
import quern.op.Activation;
import quern.op.activation.Gelu;
import quern.op.activation.LogSoftmax;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.reduction.LocalResponseNormalization;

/** Reads elementwise functions beyond sums and products. */
final class MathReaders {
    private static final int ACTIVATION = 0;
    private static final int LRN_RADIUS = 0;
    private static final int LRN_BIAS = 1;
    private static final int LRN_ALPHA = 2;
    private static final int LRN_BETA = 3;
    private static final int GELU_APPROXIMATE = 0;

    private MathReaders() {}

    static void div(TfliteOperator o) {
        OperatorReader.plain(new Div(o.options().activation(ACTIVATION)), 2).read(o);
    }

    /** A sum of several tensors, from the first one on. */
    static void addN(TfliteOperator o) {
        if (o.inputs() < 2 || o.type(0).isQuantized()) {
            throw o.unsupported("only a sum of two or more tensors without a scale is supported");
        }
        Add add = new Add(Activation.NONE);
        String sum = o.input(0);
        for (int i = 1; i < o.inputs() - 1; i++) {
            sum = o.graph().add(o.unique("_sum" + i), add, sum, o.input(i));
        }
        o.emit(add, sum, o.input(o.inputs() - 1));
    }

    static void gelu(TfliteOperator o) {
        OperatorReader.plain(new Gelu(o.options().u8(GELU_APPROXIMATE) != 0), 1).read(o);
    }

    static void logSoftmax(TfliteOperator o) {
        o.requireInputs(1, 1);
        int rank = o.type(0).shape().rank();
        if (rank == 0) {
            throw new FormatException("inputs", "a softmax needs an axis, but its input has none");
        }
        o.emit(new LogSoftmax(rank - 1), o.input(0));
    }

    static void localResponse(TfliteOperator o) {
        FlatTable t = o.options().table();
        o.requireInputs(1, 1);
        o.emit(
                new LocalResponseNormalization(
                        t.s32(LRN_RADIUS, 0), t.f32(LRN_BIAS), t.f32(LRN_ALPHA), t.f32(LRN_BETA)),
                o.input(0));
    }
}

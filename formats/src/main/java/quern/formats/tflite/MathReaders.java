package quern.formats.tflite;

import quern.op.Op;
import quern.op.activation.Gelu;

/** Reads elementwise functions beyond sums and products. */
final class MathReaders {
    private static final int GELU_APPROXIMATE = 0;

    private MathReaders() {}

    /** A function without options of one tensor. */
    static void unary(TfliteOperator o, Op op) {
        o.requireInputs(1, 1);
        o.emit(op, o.input(0));
    }

    static void gelu(TfliteOperator o) {
        unary(o, new Gelu(o.option(GELU_APPROXIMATE) != 0));
    }
}

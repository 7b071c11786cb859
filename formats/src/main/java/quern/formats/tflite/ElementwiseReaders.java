package quern.formats.tflite;

import java.util.stream.Stream;
import quern.error.FormatException;
import quern.fixedpoint.PowerOfTwoSum;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.PRelu;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.math.Add;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.op.quantize.Cast;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.tensor.DType;
import quern.tensor.Quant;

/** Reads arithmetic, activations and conversions between reals and codes. */
final class ElementwiseReaders {
    private static final int ACTIVATION = 0;
    private static final int POWERS_OF_TWO = 1;
    private static final int SOFTMAX_BETA = 0;
    private static final int LEAKY_ALPHA = 0;

    private ElementwiseReaders() {}

    static void add(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(new Add(o.options().activation(ACTIVATION), powersOfTwo(o)), o.input(0), o.input(1));
    }

    /**
     * Whether int16 operands are shifted: unless options say no, if all scales are powers of two.
     */
    private static boolean powersOfTwo(TfliteOperator o) {
        if (o.type(0).dtype() != DType.S16 || !o.options().flag(POWERS_OF_TWO, true)) {
            return false;
        }
        return Stream.of(o.type(0), o.type(1), o.outputType())
                .allMatch(
                        t ->
                                t.quant() instanceof Quant.PerTensor q
                                        && q.zeroPoint() == 0
                                        && PowerOfTwoSum.isPower(q.scale()));
    }

    static void mul(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(new Mul(o.options().activation(ACTIVATION)), o.input(0), o.input(1));
    }

    static void sub(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(new Sub(o.options().activation(ACTIVATION), powersOfTwo(o)), o.input(0), o.input(1));
    }

    static void maximum(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(new Maximum(), o.input(0), o.input(1));
    }

    static void minimum(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(new Minimum(), o.input(0), o.input(1));
    }

    static void relu(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(new Relu(), o.input(0));
    }

    static void relu6(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(new Relu6(), o.input(0));
    }

    static void logistic(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(new Logistic(), o.input(0));
    }

    static void tanh(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(new Tanh(), o.input(0));
    }

    static void leakyRelu(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(new LeakyRelu(o.options().table().f32(LEAKY_ALPHA)), o.input(0));
    }

    static void hardSwish(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(new HardSwish(), o.input(0));
    }

    static void prelu(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(new PRelu(), o.input(0), o.input(1));
    }

    static void softmax(TfliteOperator o) {
        o.requireInputs(1, 1);
        int rank = o.type(0).shape().rank();
        if (rank == 0) {
            throw new FormatException("inputs", "a softmax needs an axis, but its input has none");
        }
        o.emit(new Softmax(rank - 1, o.options().table().f32(SOFTMAX_BETA)), o.input(0));
    }

    static void quantize(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(o.type(0).dtype() == DType.F32 ? new Quantize() : new Requantize(), o.input(0));
    }

    static void dequantize(TfliteOperator o) {
        o.requireInputs(1, 1);
        boolean half = o.type(0).dtype() == DType.F16;
        o.emit(half ? new Cast(DType.F32) : new Dequantize(), o.input(0));
    }
}

package quern.reference;

import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.FixedPointMath;
import quern.fixedpoint.RoundingMode;
import quern.fixedpoint.Softmax16;
import quern.fixedpoint.SoftmaxScale;
import quern.fixedpoint.SoftmaxTable;
import quern.graph.Node;
import quern.numeric.Expf;
import quern.numeric.TreeSum;
import quern.op.TypeRules;
import quern.op.activation.Softmax;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Softmax along one axis.
 *
 * <p>Float32: {@code e = exp((x - max) * beta)}, their {@link TreeSum}, a division for each
 * element.
 *
 * <p>Codes in a fixed-point mode, for an output of scale 1/256 whose smallest code is zero:
 * exponentials in Q0.31, their sum in Q12.19, a reciprocal and one rounding. The sum saturates,
 * which only rows of more than 4095 elements can cause, and then every result is 0 as it should be.
 * 8-bit codes with an S16 output of scale 1/65536 whose smallest code is zero: the same with 16
 * bits of result.
 *
 * <p>S16 codes in a fixed-point mode, for an output of scale 1/32768: {@link Softmax16}.
 *
 * <p>Codes otherwise: {@code e = exp(f32(f32(scale * (q - max)) * beta))}, sum and division as in
 * float32, quantized as the mode rounds.
 */
final class SoftmaxReference {
    /** Integer bits of the sum. */
    private static final int SUM_BITS = 12;

    private SoftmaxReference() {}

    static void run(Softmax op, KernelContext c) {
        Tensor x = c.input(0);
        Shape shape = x.shape();
        int length = shape.dim(op.axis());
        int stride = 1;
        for (int axis = op.axis() + 1; axis < shape.rank(); axis++) {
            stride *= shape.dim(axis);
        }
        for (int i = 0; i < x.elements(); i++) {
            if (i / stride % length == 0) {
                row(op, c, new Row(i, stride, length));
            }
        }
    }

    /** The elements {@code first + j * stride} for {@code 0 <= j < length}. */
    private record Row(int first, int stride, int length) {
        int at(int j) {
            return first + j * stride;
        }
    }

    private static void row(Softmax op, KernelContext c, Row row) {
        if (!c.isQuantized()) {
            realRow(op, c.input(0), c.output(), row);
        } else if (c.isFixedPoint()
                && TypeRules.isWide(c.input(0).type())
                && UnitTypes.isSignedUnit16(c.output().type())) {
            Softmax16 softmax = NodeActivation.softmax16(c.node(), c.input(0).type(), op.beta());
            wideRow(softmax, c.input(0), c.output(), row);
        } else if (c.isFixedPoint() && isUnit(c.input(0).type(), c.output().type())) {
            SoftmaxScale scale = NodeActivation.softmax(c.node(), c.input(0).type(), op.beta());
            fixedPointRow(scale, c.input(0), c.output(), row);
        } else if (isTable(c.node(), c.input(0).type(), c.output().type())) {
            tableRow(op, c.input(0), c.output(), row);
        } else {
            codeRow(op, c, row);
        }
    }

    /** Whether a node computes as {@link SoftmaxTable} does. */
    private static boolean isTable(Node node, TensorType x, TensorType y) {
        return node.rounding() == RoundingMode.FLOAT_EVEN
                && !TypeRules.isWide(x)
                && !TypeRules.isWide(y);
    }

    private static void tableRow(Softmax op, Tensor x, Tensor y, Row row) {
        float[] table = SoftmaxTable.of(x.type().scale(0) * op.beta(), row.length());
        int max = max(x, row);
        float sum = 0;
        for (int j = 0; j < row.length(); j++) {
            sum += table[max - x.code(row.at(j))];
        }
        float one = SoftmaxTable.steps(y.type().scale(0));
        for (int j = 0; j < row.length(); j++) {
            float e = table[max - x.code(row.at(j))];
            int zero = y.type().zeroPoint(0);
            int code = SoftmaxTable.code(e, sum, one, zero, y.type().codeMin(), y.type().codeMax());
            y.setInteger(row.at(j), code);
        }
    }

    private static boolean isUnit(TensorType x, TensorType y) {
        return !TypeRules.isWide(x)
                && (TypeRules.isWide(y) ? UnitTypes.isUnit16(y) : UnitTypes.isUnit(y));
    }

    private static void realRow(Softmax op, Tensor x, Tensor y, Row row) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < row.length(); j++) {
            max = Math.max(max, x.real(row.at(j)));
        }
        float[] e = new float[row.length()];
        TreeSum sum = new TreeSum();
        for (int j = 0; j < row.length(); j++) {
            e[j] = Expf.exp((x.real(row.at(j)) - max) * op.beta());
            sum.add(e[j]);
        }
        for (int j = 0; j < row.length(); j++) {
            y.setReal(row.at(j), e[j] / sum.sum());
        }
    }

    private static void codeRow(Softmax op, KernelContext c, Row row) {
        Tensor x = c.input(0);
        float scale = x.type().scale(0);
        int max = max(x, row);
        float[] e = new float[row.length()];
        TreeSum sum = new TreeSum();
        for (int j = 0; j < row.length(); j++) {
            float difference = scale * (x.code(row.at(j)) - max);
            e[j] = Expf.exp(difference * op.beta());
            sum.add(e[j]);
        }
        for (int j = 0; j < row.length(); j++) {
            Tensor y = c.output();
            y.setInteger(row.at(j), ActivationReference.quantized(e[j] / sum.sum(), y, c));
        }
    }

    private static void fixedPointRow(SoftmaxScale scale, Tensor x, Tensor y, Row row) {
        int max = max(x, row);
        long exact = 0;
        for (int j = 0; j < row.length(); j++) {
            int difference = x.code(row.at(j)) - max;
            if (difference >= scale.diffMin()) {
                exact += FixedPoint.roundingDivideByPot(exp(scale, difference), SUM_BITS);
            }
        }
        int sum = FixedPoint.saturate(exact);
        int zeros = Integer.numberOfLeadingZeros(sum);
        int reciprocal = FixedPointMath.oneOverOnePlusX((sum << zeros) - Integer.MIN_VALUE);
        int right = SUM_BITS - zeros + 31 - y.dtype().bits();
        for (int j = 0; j < row.length(); j++) {
            int difference = x.code(row.at(j)) - max;
            int parts = 0;
            if (difference >= scale.diffMin()) {
                int product =
                        FixedPoint.saturatingRoundingDoublingHighMul(
                                reciprocal, exp(scale, difference));
                // A quotient by 2^32 or more rounds to 0; the shift is defined up to 31.
                parts = right > 31 ? 0 : FixedPoint.roundingDivideByPot(product, right);
            }
            y.setInteger(row.at(j), ActivationReference.stepsCode(parts, y.type()));
        }
    }

    private static void wideRow(Softmax16 softmax, Tensor x, Tensor y, Row row) {
        int max = max(x, row);
        long exact = 0;
        for (int j = 0; j < row.length(); j++) {
            exact += softmax.exp(x.code(row.at(j)) - max);
        }
        int sum = FixedPoint.saturate(exact);
        int reciprocal = Softmax16.reciprocal(sum);
        for (int j = 0; j < row.length(); j++) {
            int e = softmax.exp(x.code(row.at(j)) - max);
            int parts = Softmax16.quotient(e, sum, reciprocal);
            y.setInteger(row.at(j), ActivationReference.stepsCode(parts, y.type()));
        }
    }

    private static int exp(SoftmaxScale scale, int difference) {
        return FixedPointMath.expOnNegativeValues(scale.rescale(difference));
    }

    private static int max(Tensor x, Row row) {
        int max = x.code(row.first());
        for (int j = 1; j < row.length(); j++) {
            max = Math.max(max, x.code(row.at(j)));
        }
        return max;
    }
}

package quern.runtime.kernel;

import quern.fixedpoint.RoundingMode;
import quern.fixedpoint.SoftmaxTable;
import quern.numeric.Expf;
import quern.numeric.Powf;
import quern.numeric.TreeSum;
import quern.op.TypeRules;
import quern.op.activation.LogSoftmax;
import quern.op.activation.Softmax;
import quern.op.reduction.LayerNormalization;
import quern.op.reduction.LocalResponseNormalization;
import quern.reference.UnitTypes;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType;
import quern.tensor.DType.Storage;
import quern.tensor.Shape;

/** Makes the kernels of softmax. */
final class SoftmaxKernels {
    private SoftmaxKernels() {}

    static Kernel softmax(Softmax op, Preparation p) {
        Shape shape = p.type(0).shape();
        int length = shape.dim(op.axis());
        int stride = StridedCopy.strides(shape.toArray())[op.axis()];
        if (p.type(0).dtype() == DType.F32) {
            return real(op, p, length, stride);
        }
        if (TypeRules.isWide(p.type(0))) {
            return new SoftmaxRows(
                    "softmaxS16", p, stride, length, new SoftmaxS16(op, p, length, stride));
        }
        if (TypeRules.isWide(p.output().type())) {
            return p.reference("8-bit codes become 16-bit ones");
        }
        boolean fixedPoint =
                p.node().rounding().isFixedPoint() && UnitTypes.isUnit(p.output().type());
        String name = "softmax" + p.type(0).dtype() + p.output().type().dtype();
        SoftmaxRows.Row row =
                fixedPoint
                        ? new SoftmaxS8(op, p, length, stride)
                        : p.node().rounding() == RoundingMode.FLOAT_EVEN
                                ? table(op, p, length, stride)
                                : codes(op, p, length, stride);
        return new SoftmaxRows(name, p, stride, length, row);
    }

    static Kernel logSoftmax(LogSoftmax op, Preparation p) {
        Shape shape = p.type(0).shape();
        int length = shape.dim(op.axis());
        int stride = StridedCopy.strides(shape.toArray())[op.axis()];
        DType in = p.type(0).dtype();
        if (in == DType.F32) {
            var row = LogSoftmaxRows.reals(p, length, stride);
            return new SoftmaxRows("logSoftmaxF32", p, stride, length, row);
        }
        boolean fixedPoint =
                p.node().rounding().isFixedPoint() && UnitTypes.isLogUnit(p.output().type());
        SoftmaxRows.Row row =
                fixedPoint
                        ? LogSoftmaxRows.fixedPoint(p, length, stride)
                        : LogSoftmaxRows.codes(p, length, stride);
        String name = "logSoftmax" + in + p.output().type().dtype();
        return new SoftmaxRows(name, p, stride, length, row);
    }

    static Kernel localResponse(LocalResponseNormalization op, Preparation p) {
        Shape shape = p.type(0).shape();
        int length = shape.dim(shape.rank() - 1);
        Operand x = p.input(0);
        Operand y = p.output();
        return new SoftmaxRows(
                "localResponseF32",
                p,
                1,
                length,
                (arena, part, from, to) -> {
                    float[] in = x.floats(arena);
                    float[] out = y.floats(arena);
                    for (int i = 0; i < length; i++) {
                        float squares = 0;
                        int last = (int) Math.min(length - 1, (long) i + op.radius());
                        for (int j = Math.max(0, i - op.radius()); j <= last; j++) {
                            squares += in[from + j] * in[from + j];
                        }
                        float power = Powf.pow(op.bias() + op.alpha() * squares, -op.beta());
                        out[to + i] = in[from + i] * power;
                    }
                });
    }

    static Kernel layerNormalization(LayerNormalization op, Preparation p) {
        int length = p.type(1).shape().dim(0);
        Operand x = p.input(0);
        Operand scale = p.input(1);
        Operand offset = p.input(2);
        Operand y = p.output();
        Microkernels micro = p.micro();
        return new SoftmaxRows(
                "layerNormalizationF32",
                p,
                1,
                length,
                (arena, part, from, to) ->
                        micro.layerNormF32(
                                x.floats(arena),
                                from,
                                length,
                                op.epsilon(),
                                scale.floats(arena),
                                scale.offset(arena),
                                offset.floats(arena),
                                offset.offset(arena),
                                y.floats(arena),
                                to));
    }

    private static Kernel real(Softmax op, Preparation p, int length, int stride) {
        Operand x = p.input(0);
        Operand y = p.output();
        Microkernels micro = p.micro();
        return new SoftmaxRows(
                "softmaxF32",
                p,
                stride,
                length,
                (arena, part, from, to) ->
                        micro.softmaxF32(
                                x.floats(arena),
                                from,
                                stride,
                                length,
                                op.beta(),
                                y.floats(arena),
                                to));
    }

    private static SoftmaxRows.Row table(Softmax op, Preparation p, int length, int stride) {
        Operand x = p.input(0);
        Operand y = p.output();
        int mask = Codes.of(x.type()).mask();
        float[] table = SoftmaxTable.of(x.type().scale(0) * op.beta(), length);
        float one = SoftmaxTable.steps(y.type().scale(0));
        int zero = y.type().zeroPoint(0);
        int least = y.type().codeMin();
        int largest = y.type().codeMax();
        return (Arena arena, int part, int from, int to) -> {
            byte[] in = x.bytes(arena);
            byte[] out = y.bytes(arena);
            int max = SoftmaxS8.max(in, from, stride, length, mask);
            float sum = 0;
            for (int j = 0; j < length; j++) {
                sum += table[max - (in[from + j * stride] & mask)];
            }
            for (int j = 0; j < length; j++) {
                float e = table[max - (in[from + j * stride] & mask)];
                out[to + j * stride] = (byte) SoftmaxTable.code(e, sum, one, zero, least, largest);
            }
        };
    }

    /** Codes by way of float32: the exponential of a difference of codes stands in a table. */
    private static SoftmaxRows.Row codes(Softmax op, Preparation p, int length, int stride) {
        Operand x = p.input(0);
        Operand y = p.output();
        int mask = Codes.of(x.type()).mask();
        RealToCode toCode = RealToCode.of(p.node(), y.type());
        float[] table = new float[Codes.BYTES];
        for (int d = 0; d < table.length; d++) {
            float difference = x.type().scale(0) * -d;
            table[d] = Expf.exp(difference * op.beta());
        }
        Scratch scratch = p.workspace().scratch(Storage.FLOAT, length);
        return (Arena arena, int part, int from, int to) -> {
            byte[] in = x.bytes(arena);
            byte[] out = y.bytes(arena);
            float[] e = arena.floats();
            int at = scratch.offset(arena, part);
            int max = SoftmaxS8.max(in, from, stride, length, mask);
            for (int j = 0; j < length; j++) {
                e[at + j] = table[max - (in[from + j * stride] & mask)];
            }
            float sum = TreeSum.sum(e, at, 1, length);
            for (int j = 0; j < length; j++) {
                out[to + j * stride] = (byte) toCode.apply(e[at + j] / sum);
            }
        };
    }
}

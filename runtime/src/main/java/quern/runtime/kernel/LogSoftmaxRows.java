package quern.runtime.kernel;

import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.LogSoftmaxScale;
import quern.numeric.Expf;
import quern.numeric.Logf;
import quern.numeric.TreeSum;
import quern.reference.NodeActivation;
import quern.tensor.DType.Storage;
import quern.tensor.TensorType;

/** Rows of logarithms of softmax. */
final class LogSoftmaxRows {
    private LogSoftmaxRows() {}

    static SoftmaxRows.Row reals(Preparation p, int length, int stride) {
        Operand x = p.input(0);
        Operand y = p.output();
        Scratch scratch = p.workspace().scratch(Storage.FLOAT, length);
        return (arena, part, from, to) -> {
            float[] in = x.floats(arena);
            float[] out = y.floats(arena);
            float[] e = arena.floats();
            int at = scratch.offset(arena, part);
            float max = TreeSum.max(in, from, stride, length);
            for (int j = 0; j < length; j++) {
                e[at + j] = Expf.exp(in[from + j * stride] - max);
            }
            float log = Logf.log(TreeSum.sum(e, at, 1, length));
            for (int j = 0; j < length; j++) {
                out[to + j * stride] = in[from + j * stride] - max - log;
            }
        };
    }

    /** Codes by way of float32: the exponential of a difference of codes stands in a table. */
    static SoftmaxRows.Row codes(Preparation p, int length, int stride) {
        Operand x = p.input(0);
        Operand y = p.output();
        int mask = Codes.of(x.type()).mask();
        float scale = x.type().scale(0);
        RealToCode toCode = RealToCode.of(p.node(), y.type());
        float[] table = new float[Codes.BYTES];
        for (int d = 0; d < table.length; d++) {
            table[d] = Expf.exp(scale * -d);
        }
        Scratch scratch = p.workspace().scratch(Storage.FLOAT, length);
        return (arena, part, from, to) -> {
            byte[] in = x.bytes(arena);
            byte[] out = y.bytes(arena);
            float[] e = arena.floats();
            int at = scratch.offset(arena, part);
            int max = SoftmaxS8.max(in, from, stride, length, mask);
            for (int j = 0; j < length; j++) {
                e[at + j] = table[max - (in[from + j * stride] & mask)];
            }
            float log = Logf.log(TreeSum.sum(e, at, 1, length));
            for (int j = 0; j < length; j++) {
                float v = scale * ((in[from + j * stride] & mask) - max) - log;
                out[to + j * stride] = (byte) toCode.apply(v);
            }
        };
    }

    static SoftmaxRows.Row fixedPoint(Preparation p, int length, int stride) {
        Operand x = p.input(0);
        Operand y = p.output();
        TensorType type = y.type();
        int mask = Codes.of(x.type()).mask();
        LogSoftmaxScale scale = NodeActivation.logSoftmax(p.node(), x.type());
        int[] table = new int[Codes.BYTES];
        for (int d = 0; d < table.length; d++) {
            table[d] = scale.exp(-d);
        }
        return (arena, part, from, to) -> {
            byte[] in = x.bytes(arena);
            byte[] out = y.bytes(arena);
            int max = SoftmaxS8.max(in, from, stride, length, mask);
            long sum = 0;
            for (int j = 0; j < length; j++) {
                sum += table[max - (in[from + j * stride] & mask)];
            }
            int log = scale.log(sum);
            int least = scale.least(log);
            for (int j = 0; j < length; j++) {
                int d = (in[from + j * stride] & mask) - max;
                int code = type.codeMin();
                if (d > least) {
                    int parts = scale.sixteenths(d, log) + type.zeroPoint(0);
                    code = FixedPoint.clamp(parts, type.codeMin(), type.codeMax());
                }
                out[to + j * stride] = (byte) code;
            }
        };
    }
}

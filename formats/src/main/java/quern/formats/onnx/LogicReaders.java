package quern.formats.onnx;

import java.util.function.Supplier;
import quern.op.Activation;
import quern.op.Op;
import quern.op.logic.Equal;
import quern.op.logic.LogicalNot;
import quern.op.logic.LogicalOr;
import quern.op.logic.NotEqual;
import quern.op.logic.RightShift;
import quern.op.logic.Select;
import quern.op.math.Mul;
import quern.op.math.Pow;
import quern.op.math.Sub;
import quern.op.quantize.Cast;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Comparisons, truth values, bits and choices. */
final class LogicReaders {
    private LogicReaders() {}

    static OnnxOps.Reader compare(Supplier<Op> op) {
        return o -> {
            String b = MathReaders.legacyOperand(o);
            boolean wide = o.type(0).dtype() == DType.U64;
            String a = wide ? MathReaders.comparable(o, o.input(0)) : o.input(0);
            o.emit(op.get(), a, wide ? MathReaders.comparable(o, b) : b);
        };
    }

    static OnnxOps.Reader truth(Supplier<Op> op) {
        return o -> o.emit(op.get(), o.input(0), MathReaders.legacyOperand(o));
    }

    static void not(OnnxNode o) {
        o.emit(new LogicalNot(), o.input(0));
    }

    static void where(OnnxNode o) {
        o.emit(new Select(), o.input(0), o.input(1), o.input(2));
    }

    static void isNaN(OnnxNode o) {
        o.emit(new NotEqual(), o.input(0), o.input(0));
    }

    static void isInf(OnnxNode o) {
        boolean up = o.flag("detect_positive", true);
        boolean down = o.flag("detect_negative", true);
        String high = o.scalar(Float.POSITIVE_INFINITY);
        String low = o.scalar(Float.NEGATIVE_INFINITY);
        if (up && down) {
            String positive = o.add(new Equal(), o.input(0), high);
            o.emit(new LogicalOr(), positive, o.add(new Equal(), o.input(0), low));
        } else if (up || down) {
            o.emit(new Equal(), o.input(0), up ? high : low);
        } else {
            String no = o.scalar(Float.NaN);
            o.emit(new Equal(), o.input(0), no);
        }
    }

    /** Shifts of unsigned numbers: products with and quotients by powers of two. */
    static void bitShift(OnnxNode o) {
        DType type = o.type(0).dtype();
        if (type.isSigned()) {
            throw o.error("it shifts unsigned integers, not " + type);
        }
        boolean left = o.text("direction", "").equals("LEFT");
        if (!o.text("direction", "").equals("LEFT")) {
            o.emit(new RightShift(), o.input(0), o.input(1));
            return;
        }
        String x = o.add(new Cast(DType.S64), o.input(0));
        String factor = o.add(new Pow(), whole(o, 2), o.add(new Cast(DType.S64), o.input(1)));
        o.emit(new Cast(type), o.add(new Mul(Activation.NONE), x, factor));
    }

    /** {@code -1 - x} turns over every bit. */
    static void bitwiseNot(OnnxNode o) {
        DType type = o.type(0).dtype();
        DType wide = MathReaders.wider(type).orElse(type);
        String x = wide == type ? o.input(0) : o.add(new Cast(wide), o.input(0));
        String ones = wide == DType.S32 ? o.add(new Cast(wide), whole(o, -1)) : whole(o, -1);
        ShapeReaders.emitCast(o, type, o.add(new Sub(Activation.NONE), ones, x));
    }

    private static String whole(OnnxNode o, long value) {
        Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of()));
        t.setInteger(0, value);
        return o.constant(t);
    }
}

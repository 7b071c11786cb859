package quern.formats.onnx;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import quern.op.Activation;
import quern.op.Op;
import quern.op.activation.Elu;
import quern.op.activation.Gelu;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.PRelu;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Tanh;
import quern.op.logic.BitwiseXor;
import quern.op.logic.Greater;
import quern.op.logic.Less;
import quern.op.logic.Select;
import quern.op.math.Abs;
import quern.op.math.Add;
import quern.op.math.Atan2;
import quern.op.math.Cos;
import quern.op.math.Div;
import quern.op.math.Exp;
import quern.op.math.FloorMod;
import quern.op.math.Log;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Neg;
import quern.op.math.Pow;
import quern.op.math.Sign;
import quern.op.math.Sin;
import quern.op.math.Sqrt;
import quern.op.math.Square;
import quern.op.math.Sub;
import quern.op.quantize.Cast;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Elementwise arithmetic and functions. Integers of other widths are computed as S32 or S64 and
 * then cut to their width.
 */
final class MathReaders {
    /** What keeps float64 numbers; all else computes with them as F32. */
    private static final Set<Class<? extends Op>> WIDE = Set.of(Add.class, Sub.class, Mul.class);

    private MathReaders() {}

    /** A function of two operands. */
    static OnnxOps.Reader binary(Supplier<Op> op) {
        return o -> {
            String b = legacyOperand(o);
            wide(o, op.get(), o.input(0), b);
        };
    }

    /** The second operand; before opset 7 it was lined up with an axis of the first. */
    static String legacyOperand(OnnxNode o) {
        String b = o.input(1);
        if (o.opset() >= 7 || !o.hasAttribute("axis") || !o.flag("broadcast", false)) {
            return b;
        }
        int rank = o.rank(0);
        int axis = o.axis(o.integer("axis"), rank);
        int[] dims = new int[rank - axis];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = i < o.shape(b).rank() ? -1 - i : 1;
        }
        String reshaped = o.reshape(b, dims);
        if (o.doubles().has(b)) {
            o.doubles().put(reshaped, o.reshape(o.doubles().of(b), dims));
        }
        return reshaped;
    }

    /** Emits an operator whose operands and result have one type, of any integer width. */
    static void wide(OnnxNode o, Op op, String... operands) {
        DType type = o.type(operands[0]).dtype();
        Optional<DType> wider = wider(type);
        if (WIDE.contains(op.getClass()) && Stream.of(operands).allMatch(o.doubles()::has)) {
            float64(o, op, operands);
        } else if (wider.isEmpty()) {
            o.emit(op, operands);
        } else {
            String[] cast = new String[operands.length];
            for (int i = 0; i < cast.length; i++) {
                cast[i] = widened(o, wider.get(), operands[i]);
            }
            o.emit(new Cast(type), o.add(op, cast));
        }
    }

    /** Emits an operator of values whose float64 numbers are known, in float64. */
    private static void float64(OnnxNode o, Op op, String... operands) {
        String[] wide = Stream.of(operands).map(o.doubles()::of).toArray(String[]::new);
        String y = o.add(op, wide);
        o.emit(new Cast(DType.F32), y);
        o.doubles().put(o.output(0), y);
    }

    /** An operand in the integer type in which its type is computed. */
    static String widened(OnnxNode o, DType wider, String operand) {
        return o.add(new Cast(wider), operand);
    }

    /** The integer type in which one of another width is computed. */
    static Optional<DType> wider(DType type) {
        return switch (type) {
            case S8, U8, S16, U16, BOOL -> Optional.of(DType.S32);
            case U32, U64 -> Optional.of(DType.S64);
            default -> Optional.empty();
        };
    }

    /**
     * Operands that compare as they should in the type in which they are computed: for 64 bits
     * without a sign, the top bit is turned over.
     */
    static String comparable(OnnxNode o, String operand) {
        DType type = o.type(operand).dtype();
        Optional<DType> wider = wider(type);
        if (wider.isEmpty()) {
            return operand;
        }
        String wide = widened(o, wider.get(), operand);
        return type == DType.U64 ? o.add(new BitwiseXor(), wide, topBit(o)) : wide;
    }

    private static String topBit(OnnxNode o) {
        Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of()));
        t.setInteger(0, Long.MIN_VALUE);
        return o.constant(t);
    }

    /** A function of any number of operands, two by two. */
    static OnnxOps.Reader variadic(Supplier<Op> op) {
        return o -> {
            String all = o.input(0);
            DType type = o.type(0).dtype();
            boolean compared = op.get() instanceof Maximum || op.get() instanceof Minimum;
            Optional<DType> wider = wider(type);
            if (o.inputs() == 1) {
                o.alias(0, all);
                return;
            }
            all = compared ? comparable(o, all) : all;
            for (int i = 1; i < o.inputs(); i++) {
                String next = compared ? comparable(o, o.input(i)) : o.input(i);
                if (i < o.inputs() - 1 || wider.isPresent()) {
                    all = o.add(op.get(), all, next);
                } else {
                    o.emit(op.get(), all, next);
                }
            }
            if (wider.isPresent()) {
                String signed = type == DType.U64 ? o.add(new BitwiseXor(), all, topBit(o)) : all;
                o.emit(new Cast(type), signed);
            }
        };
    }

    static void mean(OnnxNode o) {
        String sum = o.input(0);
        for (int i = 1; i < o.inputs(); i++) {
            sum = o.add(new Add(Activation.NONE), sum, o.input(i));
        }
        o.emit(new Div(Activation.NONE), sum, o.scalar(o.inputs()));
    }

    /** A function of one operand. */
    static OnnxOps.Reader unary(Supplier<Op> op) {
        return o -> wide(o, op.get(), o.input(0));
    }

    static void div(OnnxNode o) {
        if (o.type(0).dtype() == DType.U64) {
            throw o.unsupported("it does not divide U64 numbers");
        }
        wide(o, new Div(Activation.NONE), o.input(0), legacyOperand(o));
    }

    static void pow(OnnxNode o) {
        String x = o.input(0);
        String power = legacyOperand(o);
        DType type = o.type(x).dtype();
        DType other = o.type(power).dtype();
        Optional<Tensor> constant = o.constant(power);
        boolean scalar = constant.isPresent() && constant.get().elements() == 1;
        if (type == DType.F32 && scalar && o.shape(power).rank() <= o.shape(x).rank()) {
            Tensor p = constant.get();
            float exponent = other == DType.F32 ? p.real(0) : p.integer(0);
            if (exponent == 2f) {
                o.emit(new Square(), x);
                return;
            }
            if (exponent == 0.5f) {
                o.emit(new Sqrt(), x);
                return;
            }
            if (exponent == 1f) {
                o.alias(0, x);
                return;
            }
        }
        if (type == other) {
            wide(o, new Pow(), x, power);
        } else if (type.isInteger() && other.isInteger()) {
            String a = o.add(new Cast(DType.S64), x);
            o.emit(new Cast(type), o.add(new Pow(), a, o.add(new Cast(DType.S64), power)));
        } else {
            String a = type == DType.F32 ? x : o.add(new Cast(DType.F32), x);
            String b = other == DType.F32 ? power : o.add(new Cast(DType.F32), power);
            String y = o.add(new Pow(), a, b);
            ShapeReaders.emitCast(o, type, y);
        }
    }

    /** Remainder with the sign of the divisor or, with {@code fmod}, of the dividend. */
    static void mod(OnnxNode o) {
        if (!o.flag("fmod", false)) {
            wide(o, new FloorMod(), o.input(0), o.input(1));
            return;
        }
        String a = comparable(o, o.input(0));
        String b = comparable(o, o.input(1));
        String size = o.add(new FloorMod(), o.add(new Abs(), a), o.add(new Abs(), b));
        String signed = o.add(new Mul(Activation.NONE), o.add(new Sign(), a), size);
        ShapeReaders.emitCast(o, o.type(0).dtype(), signed);
    }

    static void reciprocal(OnnxNode o) {
        o.emit(new Div(Activation.NONE), o.scalar(1f), o.input(0));
    }

    static void tan(OnnxNode o) {
        String x = o.input(0);
        o.emit(new Div(Activation.NONE), o.add(new Sin(), x), o.add(new Cos(), x));
    }

    static void asin(OnnxNode o) {
        o.emit(new Atan2(), o.input(0), other(o));
    }

    static void acos(OnnxNode o) {
        o.emit(new Atan2(), other(o), o.input(0));
    }

    /** {@code sqrt((1 - x) (1 + x))}. */
    private static String other(OnnxNode o) {
        String less = o.add(new Sub(Activation.NONE), o.scalar(1f), o.input(0));
        String more = o.add(new Add(Activation.NONE), o.scalar(1f), o.input(0));
        return o.add(new Sqrt(), o.add(new Mul(Activation.NONE), less, more));
    }

    static void atan(OnnxNode o) {
        o.emit(new Atan2(), o.input(0), o.scalar(1f));
    }

    static void sinh(OnnxNode o) {
        hyperbolic(o, new Sub(Activation.NONE));
    }

    static void cosh(OnnxNode o) {
        hyperbolic(o, new Add(Activation.NONE));
    }

    private static void hyperbolic(OnnxNode o, Op both) {
        String up = o.add(new Exp(), o.input(0));
        String down = o.add(new Exp(), o.add(new Neg(), o.input(0)));
        o.emit(new Mul(Activation.NONE), o.add(both, up, down), o.scalar(0.5f));
    }

    static void asinh(OnnxNode o) {
        String size = o.add(new Abs(), o.input(0));
        String root = root(o, size, new Add(Activation.NONE));
        String log = o.add(new Log(), o.add(new Add(Activation.NONE), size, root));
        o.emit(new Mul(Activation.NONE), o.add(new Sign(), o.input(0)), log);
    }

    static void acosh(OnnxNode o) {
        String root = root(o, o.input(0), new Sub(Activation.NONE));
        o.emit(new Log(), o.add(new Add(Activation.NONE), o.input(0), root));
    }

    private static String root(OnnxNode o, String x, Op withOne) {
        return o.add(new Sqrt(), o.add(withOne, o.add(new Square(), x), o.scalar(1f)));
    }

    static void atanh(OnnxNode o) {
        String more = o.add(new Add(Activation.NONE), o.scalar(1f), o.input(0));
        String less = o.add(new Sub(Activation.NONE), o.scalar(1f), o.input(0));
        String log = o.add(new Log(), o.add(new Div(Activation.NONE), more, less));
        o.emit(new Mul(Activation.NONE), log, o.scalar(0.5f));
    }

    static void clip(OnnxNode o) {
        Optional<String> low = bound(o, "min", 1);
        Optional<String> high = bound(o, "max", 2);
        String x = o.input(0);
        if (is(o, low, 0f) && high.isEmpty()) {
            o.emit(new Relu(), x);
        } else if (is(o, low, 0f) && is(o, high, 6f)) {
            o.emit(new Relu6(), x);
        } else if (low.isEmpty() && high.isEmpty()) {
            o.alias(0, x);
        } else {
            String clipped = comparable(o, x);
            if (low.isPresent()) {
                clipped = o.add(new Maximum(), clipped, comparable(o, low.get()));
            }
            if (high.isPresent()) {
                clipped = o.add(new Minimum(), clipped, comparable(o, high.get()));
            }
            DType type = o.type(x).dtype();
            String signed =
                    type == DType.U64 ? o.add(new BitwiseXor(), clipped, topBit(o)) : clipped;
            ShapeReaders.emitCast(o, type, signed);
        }
    }

    private static Optional<String> bound(OnnxNode o, String attribute, int input) {
        if (o.hasAttribute(attribute)) {
            return Optional.of(o.scalar(o.real(attribute)));
        }
        return o.has(input) ? Optional.of(o.input(input)) : Optional.empty();
    }

    private static boolean is(OnnxNode o, Optional<String> bound, float value) {
        Optional<Tensor> t = bound.flatMap(o::constant);
        return t.isPresent() && t.get().dtype() == DType.F32 && t.get().real(0) == value;
    }

    static void leakyRelu(OnnxNode o) {
        o.emit(new LeakyRelu(o.real("alpha", 0.01f)), o.input(0));
    }

    static void pRelu(OnnxNode o) {
        String slope = o.input(1);
        if (o.opset() < 7 && o.shape(slope).rank() == 1 && o.rank(0) > 2) {
            int[] dims = new int[o.rank(0) - 1];
            Arrays.fill(dims, 1);
            dims[0] = -1;
            slope = o.reshape(slope, dims);
        }
        o.emit(new PRelu(), o.input(0), slope);
    }

    static void elu(OnnxNode o) {
        o.emit(new Elu(o.real("alpha", 1f)), o.input(0));
    }

    static void selu(OnnxNode o) {
        float alpha = o.real("alpha", o.opset() < 6 ? 1.6732f : 1.67326319217681884765625f);
        float gamma = o.real("gamma", o.opset() < 6 ? 1.0507f : 1.05070102214813232421875f);
        String elu = o.add(new Elu(alpha), o.input(0));
        o.emit(new Mul(Activation.NONE), elu, o.scalar(gamma));
    }

    static void celu(OnnxNode o) {
        String alpha = o.scalar(o.real("alpha", 1f));
        String elu = o.add(new Elu(1f), o.add(new Div(Activation.NONE), o.input(0), alpha));
        String low =
                o.add(new Minimum(), o.add(new Mul(Activation.NONE), elu, alpha), o.scalar(0f));
        o.emit(new Add(Activation.NONE), o.add(new Relu(), o.input(0)), low);
    }

    static void gelu(OnnxNode o) {
        o.emit(new Gelu(o.text("approximate", "none").equals("tanh")), o.input(0));
    }

    static void hardSigmoid(OnnxNode o) {
        o.alias(0, hardSigmoid(o, o.input(0), o.real("alpha", 0.2f), o.real("beta", 0.5f)));
    }

    /** {@code min(max(alpha * x + beta, 0), 1)}. */
    static String hardSigmoid(OnnxNode o, String x, float alpha, float beta) {
        String scaled = o.add(new Mul(Activation.NONE), x, o.scalar(alpha));
        String moved = o.add(new Add(Activation.NONE), scaled, o.scalar(beta));
        return o.add(new Minimum(), o.add(new Relu(), moved), o.scalar(1f));
    }

    /** {@code min(max(x, low), high)}. */
    static String limited(OnnxNode o, String x, float low, float high) {
        return o.add(new Minimum(), o.add(new Maximum(), x, o.scalar(low)), o.scalar(high));
    }

    static void hardSwish(OnnxNode o) {
        o.emit(new HardSwish(), o.input(0));
    }

    /** {@code log(1 + e^x)}, as {@code max(x, 0) + log(1 + e^-|x|)}. */
    private static String softplusOf(OnnxNode o) {
        String x = o.input(0);
        String small = o.add(new Exp(), o.add(new Neg(), o.add(new Abs(), x)));
        String log = o.add(new Log(), o.add(new Add(Activation.NONE), small, o.scalar(1f)));
        return o.add(new Add(Activation.NONE), o.add(new Relu(), x), log);
    }

    static void softplus(OnnxNode o) {
        o.alias(0, softplusOf(o));
    }

    static void mish(OnnxNode o) {
        o.emit(new Mul(Activation.NONE), o.input(0), o.add(new Tanh(), softplusOf(o)));
    }

    static void softsign(OnnxNode o) {
        String size = o.add(new Add(Activation.NONE), o.scalar(1f), o.add(new Abs(), o.input(0)));
        o.emit(new Div(Activation.NONE), o.input(0), size);
    }

    static void thresholdedRelu(OnnxNode o) {
        String alpha = o.scalar(o.real("alpha", 1f));
        String above = o.add(new Greater(), o.input(0), alpha);
        o.emit(new Select(), above, o.input(0), o.scalar(0f));
    }

    static void shrink(OnnxNode o) {
        DType type = o.type(0).dtype();
        String x = type == DType.F32 ? o.input(0) : o.add(new Cast(DType.F32), o.input(0));
        float lambda = o.real("lambd", 0.5f);
        String bias = o.scalar(o.real("bias", 0f));
        String low = o.add(new Less(), x, o.scalar(-lambda));
        String high = o.add(new Greater(), x, o.scalar(lambda));
        String raised = o.add(new Add(Activation.NONE), x, bias);
        String lowered = o.add(new Sub(Activation.NONE), x, bias);
        String inner = o.add(new Select(), high, lowered, o.scalar(0f));
        ShapeReaders.emitCast(o, type, o.add(new Select(), low, raised, inner));
    }

    static void sigmoid(OnnxNode o) {
        o.emit(new Logistic(), o.input(0));
    }

    /** {@code x / (1 + e^(-alpha x))}. */
    static void swish(OnnxNode o) {
        float alpha = o.real("alpha", 1f);
        String scaled =
                alpha == 1f
                        ? o.input(0)
                        : o.add(new Mul(Activation.NONE), o.input(0), o.scalar(alpha));
        o.emit(new Mul(Activation.NONE), o.input(0), o.add(new Logistic(), scaled));
    }
}

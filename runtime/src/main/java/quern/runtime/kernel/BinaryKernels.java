package quern.runtime.kernel;

import java.util.function.IntBinaryOperator;
import quern.fixedpoint.Quantization;
import quern.fixedpoint.RoundingMode;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.BinaryMath;
import quern.op.TypeRules;
import quern.op.activation.PRelu;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.SquaredDifference;
import quern.op.math.Sub;
import quern.reference.NodeRescale;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/** Makes the kernels of functions of two elements. */
final class BinaryKernels {
    private BinaryKernels() {}

    static Kernel add(Add op, Preparation p) {
        if (TypeRules.isDouble(p.type(0))) {
            return new BinaryF64(named("add", p), p, Double::sum);
        }
        if (TypeRules.isPlain(p.type(0))) {
            return IntegerKernels.sum(named("add", p), p, op.activation());
        }
        if (p.isReal()) {
            return new BinaryF32("add", p, p.micro()::addF32, op.activation());
        }
        var rescale =
                NodeRescale.add(p.node(), p.type(0), p.type(1), p.output().type(), op.activation());
        if (TypeRules.isWide(p.type(0))) {
            return wideSum("add", p, rescale::apply);
        }
        return rescale.isFloat()
                ? new AddS8FloatEven(named("add", p), p, rescale)
                : BinaryS8.sum(named("add", p), p, rescale);
    }

    static Kernel sub(Sub op, Preparation p) {
        if (TypeRules.isDouble(p.type(0))) {
            return new BinaryF64(named("sub", p), p, (a, b) -> a - b);
        }
        if (TypeRules.isPlain(p.type(0))) {
            return IntegerKernels.difference(named("sub", p), p, op.activation());
        }
        if (p.isReal()) {
            return new BinaryF32("sub", p, RowsF32::difference, op.activation());
        }
        if (TypeRules.isWide(p.type(0))) {
            return subS16(op, p);
        }
        return switch (p.node().rounding()) {
            case DOUBLE, SINGLE, XNNPACK ->
                    BinaryS8.difference(named("sub", p), p, op.activation());
            case FLOAT_EVEN, ONNX_REF ->
                    new ThroughRealsS8(
                            named("sub", p),
                            p,
                            (a, b) -> a - b,
                            RealToCode.of(p.node(), p.output().type(), op.activation()));
        };
    }

    /** A sum or difference in the general form, unless the node shifts its operands. */
    private static Kernel wideSum(String name, Preparation p, IntBinaryOperator general) {
        TensorType y = p.output().type();
        var shifted = NodeRescale.powersOfTwo(p.node(), p.type(0), p.type(1), y);
        IntBinaryOperator sum = shifted.isPresent() ? shifted.get()::apply : general;
        return new BinaryS16(named(name, p), p, sum);
    }

    private static Kernel subS16(Sub op, Preparation p) {
        String name = named("sub", p);
        TensorType y = p.output().type();
        RoundingMode mode = p.node().rounding();
        if (mode.isFixedPoint() || mode == RoundingMode.XNNPACK) {
            var rescale = NodeRescale.sub(p.node(), p.type(0), p.type(1), y, op.activation());
            return wideSum("sub", p, rescale::apply);
        }
        RealToCode toCode = RealToCode.of(p.node(), y, op.activation());
        return throughRealsS16(name, p, (a, b) -> a - b, toCode);
    }

    private static Kernel throughRealsS16(
            String name, Preparation p, ThroughRealsS8.Function function, RealToCode toCode) {
        Quant.PerTensor qa = p.type(0).perTensor("the first operand");
        Quant.PerTensor qb = p.type(1).perTensor("the second operand");
        return new BinaryS16(
                name,
                p,
                (a, b) ->
                        toCode.apply(
                                function.apply(
                                        Quantization.dequantize(a, qa.scale(), qa.zeroPoint()),
                                        Quantization.dequantize(b, qb.scale(), qb.zeroPoint()))));
    }

    static Kernel mul(Mul op, Preparation p) {
        if (TypeRules.isDouble(p.type(0))) {
            return new BinaryF64(named("mul", p), p, (a, b) -> a * b);
        }
        if (TypeRules.isPlain(p.type(0))) {
            return IntegerKernels.product(named("mul", p), p, op.activation());
        }
        if (p.isReal()) {
            return new BinaryF32("mul", p, p.micro()::mulF32, op.activation());
        }
        var rescale =
                NodeRescale.mul(p.node(), p.type(0), p.type(1), p.output().type(), op.activation());
        if (TypeRules.isWide(p.type(0))) {
            return new BinaryS16(named("mul", p), p, rescale::apply);
        }
        return BinaryS8.product(named("mul", p), p, rescale);
    }

    static Kernel prelu(PRelu op, Preparation p) {
        if (p.isReal()) {
            return new BinaryF32("prelu", p, RowsF32::leaky, Activation.NONE);
        }
        return p.node().rounding().isFixedPoint()
                ? new PReluS8(named("prelu", p), p)
                : new ThroughRealsS8(
                        named("prelu", p),
                        p,
                        (x, slope) -> x >= 0 ? x : x * slope,
                        RealToCode.of(p.node(), p.output().type()));
    }

    /** A function whose codes go through reals in every mode. */
    static Kernel math(BinaryMath op, Preparation p) {
        Activation activation = op instanceof Activated a ? a.activation() : Activation.NONE;
        String name = p.operator();
        if (TypeRules.isPlain(p.type(0))) {
            return IntegerKernels.binary(named(name, p), p, op::applyToIntegers, activation);
        } else if (p.isReal()) {
            BinaryF32.Row row = op instanceof Div ? RowsF32::quotient : RowsF32.of(op);
            return new BinaryF32(name, p, row, activation);
        }
        RealToCode toCode = RealToCode.of(p.node(), p.output().type(), activation);
        if (TypeRules.isWide(p.type(0))) {
            return throughRealsS16(named(name, p), p, op::apply, toCode);
        }
        return new ThroughRealsS8(named(name, p), p, op::apply, toCode);
    }

    static Kernel div(Div op, Preparation p) {
        if (!Codes.fits(p.type(0)) || !p.node().rounding().isFixedPoint()) {
            return math(op, p);
        }
        var rescale =
                NodeRescale.div(p.node(), p.type(0), p.type(1), p.output().type(), op.activation());
        return new PairsS8(named("div", p), p, rescale::apply);
    }

    static Kernel squaredDifference(SquaredDifference op, Preparation p) {
        if (p.type(0).isQuantized() && p.node().rounding().isFixedPoint()) {
            var rescale =
                    NodeRescale.squaredDifference(
                            p.node(), p.type(0), p.type(1), p.output().type());
            if (rescale.isDefined()) {
                String name = named("squaredDifference", p);
                return TypeRules.isWide(p.type(0))
                        ? new BinaryS16(name, p, rescale::apply)
                        : new PairsS8(name, p, rescale::apply);
            }
        }
        return math(op, p);
    }

    static Kernel maximum(Maximum op, Preparation p) {
        if (TypeRules.isPlain(p.type(0))) {
            return IntegerKernels.binary(named("maximum", p), p, Math::max, Activation.NONE);
        }
        return p.isReal()
                ? new BinaryF32("maximum", p, RowsF32::maximum, Activation.NONE)
                : TypeRules.isWide(p.type(0))
                        ? new BinaryS16(named("maximum", p), p, Math::max)
                        : new PickS8(named("maximum", p), p, true);
    }

    static Kernel minimum(Minimum op, Preparation p) {
        if (TypeRules.isPlain(p.type(0))) {
            return IntegerKernels.binary(named("minimum", p), p, Math::min, Activation.NONE);
        }
        return p.isReal()
                ? new BinaryF32("minimum", p, RowsF32::minimum, Activation.NONE)
                : TypeRules.isWide(p.type(0))
                        ? new BinaryS16(named("minimum", p), p, Math::min)
                        : new PickS8(named("minimum", p), p, false);
    }

    private static String named(String name, Preparation p) {
        return name + p.type(0).dtype() + p.type(1).dtype();
    }
}

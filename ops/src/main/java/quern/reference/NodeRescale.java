package quern.reference;

import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import quern.error.InvalidGraphException;
import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.AddRescale;
import quern.fixedpoint.ConcatRescale;
import quern.fixedpoint.DivRescale;
import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.MeanRescale;
import quern.fixedpoint.MulRescale;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.PowerOfTwoSum;
import quern.fixedpoint.Quantization;
import quern.fixedpoint.Requantizer;
import quern.fixedpoint.Rescale;
import quern.fixedpoint.RoundingMode;
import quern.fixedpoint.SquaredDifferenceRescale;
import quern.fixedpoint.SubRescale;
import quern.graph.Node;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.TypeRules;
import quern.op.math.Add;
import quern.op.math.Sub;
import quern.op.nn.FullyConnected;
import quern.op.shape.Concat;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/**
 * The rescaling step of a quantized node, made from the node's rounding mode and the types of its
 * inputs and output. Whoever prepares a node gets its multipliers and clamp range here.
 *
 * <p>Every method throws {@link InvalidGraphException} with the node's name if the scales leave the
 * range of the arithmetic.
 */
public final class NodeRescale {
    private static final int LARGEST_COMPARED_SHIFT = 15;
    private static final int LARGEST_PRODUCT_SHIFT = 7;

    private NodeRescale() {}

    /** The codes of {@code y} to which a fused activation limits the result. */
    public static ActivationRange range(TensorType y, Activation activation) {
        Quant.PerTensor q = y.perTensor("the output");
        return ActivationRange.of(
                activation.min(),
                activation.max(),
                q.scale(),
                q.zeroPoint(),
                y.codeMin(),
                y.codeMax());
    }

    /**
     * The output stage of a convolution, depthwise convolution or fully connected node.
     *
     * <p>Fully connected nodes, and convolutions of U8 inputs (which only legacy models have), take
     * the product of the scales in binary32 if there is one filter scale.
     */
    public static Requantizer accumulator(
            Node node, TensorType x, TensorType weights, TensorType y, Activation activation) {
        if (TypeRules.isSums(y)) {
            return Requantizer.sums();
        }
        float inScale = x.perTensor("the input").scale();
        float[] filterScales =
                weights.quant() instanceof Quant.PerChannel p
                        ? p.scales().toArray()
                        : new float[] {weights.perTensor("the weights").scale()};
        Quant.PerTensor out = y.perTensor("the output");
        ActivationRange range = range(y, activation);
        boolean binary32Product = node.op() instanceof FullyConnected || x.dtype() == DType.U8;
        return named(
                node,
                () ->
                        binary32Product
                                ? Requantizer.ofFullyConnected(
                                        inScale,
                                        filterScales,
                                        out.scale(),
                                        out.zeroPoint(),
                                        range.min(),
                                        range.max(),
                                        node.rounding())
                                : Requantizer.ofConv(
                                        inScale,
                                        filterScales,
                                        out.scale(),
                                        out.zeroPoint(),
                                        range.min(),
                                        range.max(),
                                        node.rounding()));
    }

    /** Makes the arithmetic of a node from the quantization of two operands and an output. */
    private interface Binary<T> {
        T of(
                float scaleA,
                int zeroA,
                float scaleB,
                int zeroB,
                float scaleOut,
                int zeroOut,
                int min,
                int max,
                RoundingMode mode);
    }

    private static <T> T binary(
            Node node,
            TensorType a,
            TensorType b,
            TensorType y,
            Activation activation,
            Binary<T> arithmetic) {
        Quant.PerTensor qa = a.perTensor("the first operand");
        Quant.PerTensor qb = b.perTensor("the second operand");
        Quant.PerTensor out = y.perTensor("the output");
        ActivationRange range = range(y, activation);
        return named(
                node,
                () ->
                        arithmetic.of(
                                qa.scale(),
                                qa.zeroPoint(),
                                qb.scale(),
                                qb.zeroPoint(),
                                out.scale(),
                                out.zeroPoint(),
                                range.min(),
                                range.max(),
                                node.rounding()));
    }

    /**
     * The arithmetic of an Add or Sub node of S16 codes that shifts operands whose scales are
     * powers of two; none if it is any other node or mode.
     */
    public static Optional<PowerOfTwoSum> powersOfTwo(
            Node node, TensorType a, TensorType b, TensorType y) {
        boolean add = node.op() instanceof Add op && op.powersOfTwo();
        boolean sub = node.op() instanceof Sub op && op.powersOfTwo();
        if (!add && !sub || !TypeRules.isWide(y) || !node.rounding().isFixedPoint()) {
            return Optional.empty();
        }
        Quant.PerTensor out = y.perTensor("the output");
        ActivationRange range = range(y, ((Activated) node.op()).activation());
        return Optional.of(
                named(
                        node,
                        () ->
                                PowerOfTwoSum.of(
                                        a.perTensor("the first operand").scale(),
                                        b.perTensor("the second operand").scale(),
                                        out.zeroPoint() == 0 ? out.scale() : Float.NaN,
                                        sub,
                                        range.min(),
                                        range.max())));
    }

    /** The arithmetic of an Add node. */
    public static AddRescale add(
            Node node, TensorType a, TensorType b, TensorType y, Activation activation) {
        Binary<AddRescale> rescale = TypeRules.isWide(y) ? AddRescale::ofInt16 : AddRescale::of;
        return binary(node, a, b, y, activation, rescale);
    }

    /** The arithmetic of a Sub node in a fixed-point mode. */
    public static SubRescale sub(
            Node node, TensorType a, TensorType b, TensorType y, Activation activation) {
        Binary<SubRescale> rescale = TypeRules.isWide(y) ? SubRescale::ofInt16 : SubRescale::of;
        return binary(node, a, b, y, activation, rescale);
    }

    /** The arithmetic of a Div node in a fixed-point mode. */
    public static DivRescale div(
            Node node, TensorType a, TensorType b, TensorType y, Activation activation) {
        return binary(node, a, b, y, activation, DivRescale::of);
    }

    /** The arithmetic of a SquaredDifference node in a fixed-point mode. */
    public static SquaredDifferenceRescale squaredDifference(
            Node node, TensorType a, TensorType b, TensorType y) {
        Binary<SquaredDifferenceRescale> rescale =
                TypeRules.isWide(y)
                        ? SquaredDifferenceRescale::ofInt16
                        : SquaredDifferenceRescale::of;
        return binary(node, a, b, y, Activation.NONE, rescale);
    }

    /** The arithmetic of a Mul node. */
    public static MulRescale mul(
            Node node, TensorType a, TensorType b, TensorType y, Activation activation) {
        Binary<MulRescale> rescale = TypeRules.isWide(y) ? MulRescale::ofInt16 : MulRescale::of;
        return binary(node, a, b, y, activation, rescale);
    }

    /**
     * The last step of a Mean node over {@code count} codes; a mean over no codes is refused, as is
     * one whose sum int32 may not hold.
     */
    public static MeanRescale mean(Node node, TensorType x, TensorType y, int count) {
        Quant.PerTensor in = x.perTensor("the input");
        Quant.PerTensor out = y.perTensor("the output");
        AccumulatorProof.requireSum(node, x, count);
        return named(
                node,
                () ->
                        MeanRescale.of(
                                in.scale(),
                                in.zeroPoint(),
                                out.scale(),
                                out.zeroPoint(),
                                count,
                                y.codeMin(),
                                y.codeMax(),
                                node.rounding()));
    }

    /**
     * The last step of a Sum node over {@code count} codes: from {@code sum (q - Z)} by {@code
     * inScale / outScale}. Refused if int32 may not hold the sum.
     */
    public static Requantizer sum(Node node, TensorType x, TensorType y, int count) {
        Quant.PerTensor in = x.perTensor("the input");
        Quant.PerTensor out = y.perTensor("the output");
        AccumulatorProof.requireSum(node, x, count);
        return named(
                node,
                () ->
                        Requantizer.ofConv(
                                in.scale(),
                                new float[] {1},
                                out.scale(),
                                out.zeroPoint(),
                                y.codeMin(),
                                y.codeMax(),
                                node.rounding()));
    }

    /**
     * The output stage of a BatchMatmul node over {@code depth} products, its factor as that of a
     * fully connected layer with one filter scale. Refused if int32 may not hold the sum.
     */
    public static Requantizer matmul(
            Node node, TensorType a, TensorType b, TensorType y, int depth) {
        Quant.PerTensor qa = a.perTensor("the first operand");
        Quant.PerTensor qb = b.perTensor("the second operand");
        AccumulatorProof.requireProducts(node, a, depth);
        if (TypeRules.isSums(y)) {
            return Requantizer.sums();
        }
        Quant.PerTensor out = y.perTensor("the output");
        return named(
                node,
                () ->
                        Requantizer.ofFullyConnected(
                                qa.scale(),
                                new float[] {qb.scale()},
                                out.scale(),
                                out.zeroPoint(),
                                y.codeMin(),
                                y.codeMax(),
                                node.rounding()));
    }

    /**
     * The step of an Svdf node from {@code sum wf * (x - Zx)} to codes of its memory: by {@code
     * inScale * weightScale / memoryScale}, all in binary32.
     */
    public static Requantizer svdfMemory(
            Node node, TensorType x, TensorType weights, TensorType memory) {
        return binary32(node, x, weights, memory);
    }

    /** The step of an Svdf node from sums over its memory to the output, as the first. */
    public static Requantizer svdfOutput(
            Node node, TensorType memory, TensorType weights, TensorType y) {
        return binary32(node, memory, weights, y);
    }

    private static Requantizer binary32(Node node, TensorType x, TensorType w, TensorType y) {
        Quant.PerTensor out = y.perTensor("the output");
        float product = x.perTensor("the input").scale() * w.perTensor("the weights").scale();
        return named(
                node,
                () -> {
                    Multiplier m = Multiplier.of(product / out.scale(), node.rounding());
                    return Requantizer.ofMultipliers(
                            new int[] {m.mantissa()},
                            new int[] {m.shift()},
                            out.zeroPoint(),
                            y.codeMin(),
                            y.codeMax(),
                            node.rounding());
                });
    }

    /** The arithmetic of a Requantize node. */
    public static Rescale requantize(Node node, TensorType x, TensorType y) {
        Quant.PerTensor in = x.perTensor("the input");
        Quant.PerTensor out = y.perTensor("the output");
        return named(
                node,
                () ->
                        Rescale.of(
                                in.scale(),
                                in.zeroPoint(),
                                out.scale(),
                                out.zeroPoint(),
                                y.codeMin(),
                                y.codeMax(),
                                node.rounding()));
    }

    /**
     * From the codes of an input of a Concat node to those of its output: the same codes for equal
     * quantizations; {@link ConcatRescale} in double, single and xnnpack; else as a Requantize
     * node.
     */
    public static IntUnaryOperator concat(Node node, TensorType x, TensorType y) {
        if (x.quant().equals(y.quant())) {
            return IntUnaryOperator.identity();
        }
        if (Concat.quantizesReals(node.rounding())) {
            return requantize(node, x, y)::apply;
        }
        Quant.PerTensor in = x.perTensor("the input");
        Quant.PerTensor out = y.perTensor("the output");
        return named(
                node,
                () ->
                        ConcatRescale.of(
                                        in.scale(),
                                        in.zeroPoint(),
                                        out.scale(),
                                        out.zeroPoint(),
                                        y.codeMin(),
                                        y.codeMax())
                                ::apply);
    }

    /**
     * The number that stands for a code when a Comparison node compares it with codes of other
     * scales.
     *
     * <p>In a fixed-point mode, for 8 bits, {@code MBQM(256 (q - Z), scale)}: whole 256ths of the
     * real number, so that codes of small scales may count as equal. Else the real number in
     * binary32.
     */
    public static IntToDoubleFunction comparable(Node node, TensorType x) {
        Quant.PerTensor q = x.perTensor("an operand");
        RoundingMode mode = node.rounding();
        if (!mode.isFixedPoint() || x.dtype().bits() > 8) {
            return code -> Quantization.dequantize(code, q.scale(), q.zeroPoint());
        }
        Multiplier m = named(node, () -> Multiplier.of(q.scale(), mode));
        if (m.shift() > LARGEST_COMPARED_SHIFT) {
            throw new InvalidGraphException(
                    node.name(), "scale " + q.scale() + " is too large for a comparison of codes");
        }
        return code ->
                FixedPoint.multiplyByQuantizedMultiplier((code - q.zeroPoint()) * 256, m, mode);
    }

    /**
     * The factor of each of the {@code count} steps of a ReduceProd node in a fixed-point mode,
     * {@code inScale / outScale^(1/count)} in binary64.
     */
    public static Multiplier product(Node node, TensorType x, TensorType y, int count) {
        double in = x.perTensor("the input").scale();
        double out = y.perTensor("the output").scale();
        double root = StrictMath.pow(out, 1.0 / count);
        Multiplier m = named(node, () -> Multiplier.of(in / root, node.rounding()));
        if (m.shift() > LARGEST_PRODUCT_SHIFT) {
            throw new InvalidGraphException(
                    node.name(), "the scales of its input and output are too far apart");
        }
        return m;
    }

    /** The arithmetic, or an error that names the node. */
    static <T> T named(Node node, Supplier<T> step) {
        try {
            return step.get();
        } catch (IllegalArgumentException e) {
            throw new InvalidGraphException(node.name(), e.getMessage());
        }
    }
}

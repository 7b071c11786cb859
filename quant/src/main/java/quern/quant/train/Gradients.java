package quern.quant.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import quern.error.UnsupportedOpException;
import quern.op.Op;
import quern.op.OpSet;
import quern.op.activation.Elu;
import quern.op.activation.Gelu;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.LogSoftmax;
import quern.op.activation.Logistic;
import quern.op.activation.PRelu;
import quern.op.activation.Relu;
import quern.op.activation.Relu0To1;
import quern.op.activation.Relu6;
import quern.op.activation.ReluN1To1;
import quern.op.activation.Silu;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.control.If;
import quern.op.control.Loop;
import quern.op.control.While;
import quern.op.detection.BoxSelection;
import quern.op.detection.DetectionPostProcess;
import quern.op.detection.NonMaxSuppression;
import quern.op.dynamic.BroadcastBy;
import quern.op.dynamic.NonZero;
import quern.op.dynamic.PadBy;
import quern.op.dynamic.RangeBy;
import quern.op.dynamic.ReshapeBy;
import quern.op.dynamic.ShapeOf;
import quern.op.dynamic.SliceBy;
import quern.op.dynamic.TileBy;
import quern.op.gradient.ClampGradient;
import quern.op.gradient.ConvFilterGradient;
import quern.op.gradient.ConvInputGradient;
import quern.op.gradient.MaxPoolGradient;
import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;
import quern.op.logic.BitwiseXor;
import quern.op.logic.Equal;
import quern.op.logic.Greater;
import quern.op.logic.GreaterEqual;
import quern.op.logic.Less;
import quern.op.logic.LessEqual;
import quern.op.logic.LogicalAnd;
import quern.op.logic.LogicalNot;
import quern.op.logic.LogicalOr;
import quern.op.logic.LogicalXor;
import quern.op.logic.NotEqual;
import quern.op.logic.RightShift;
import quern.op.logic.Select;
import quern.op.math.Abs;
import quern.op.math.Add;
import quern.op.math.Atan2;
import quern.op.math.Ceil;
import quern.op.math.Cos;
import quern.op.math.Div;
import quern.op.math.Erf;
import quern.op.math.Exp;
import quern.op.math.Floor;
import quern.op.math.FloorDiv;
import quern.op.math.FloorMod;
import quern.op.math.Log;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Neg;
import quern.op.math.Pow;
import quern.op.math.Round;
import quern.op.math.Rsqrt;
import quern.op.math.Sign;
import quern.op.math.Sin;
import quern.op.math.Sqrt;
import quern.op.math.Square;
import quern.op.math.SquaredDifference;
import quern.op.math.Sub;
import quern.op.nn.BatchMatmul;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.L2Pool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.quantize.Cast;
import quern.op.quantize.Dequantize;
import quern.op.quantize.DynamicQuantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.op.recurrent.Lstm;
import quern.op.recurrent.Rnn;
import quern.op.recurrent.Svdf;
import quern.op.reduction.ArgMax;
import quern.op.reduction.ArgMin;
import quern.op.reduction.CumSum;
import quern.op.reduction.L2Normalization;
import quern.op.reduction.LayerNormalization;
import quern.op.reduction.LocalResponseNormalization;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceAll;
import quern.op.reduction.ReduceAny;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.ReduceProd;
import quern.op.reduction.Sum;
import quern.op.reduction.TopK;
import quern.op.shape.BatchToSpace;
import quern.op.shape.BroadcastTo;
import quern.op.shape.Concat;
import quern.op.shape.DepthToSpace;
import quern.op.shape.DynamicSlice;
import quern.op.shape.DynamicUpdateSlice;
import quern.op.shape.Gather;
import quern.op.shape.GatherNd;
import quern.op.shape.MirrorPad;
import quern.op.shape.OneHot;
import quern.op.shape.Pad;
import quern.op.shape.Range;
import quern.op.shape.Reshape;
import quern.op.shape.ReverseSequence;
import quern.op.shape.ScatterNd;
import quern.op.shape.Slice;
import quern.op.shape.SpaceToBatch;
import quern.op.shape.SpaceToDepth;
import quern.op.shape.Tile;
import quern.op.shape.Transpose;
import quern.op.signal.ComplexAbs;
import quern.op.signal.Imag;
import quern.op.signal.Real;
import quern.op.signal.Rfft2d;

/**
 * The table of gradients: one row an operator. Rules emit ordinary graph operators, so that plan,
 * arena and kernels serve the backward pass too.
 */
public final class Gradients {
    private static final String STEP = "its result changes in steps";
    private static final String TRUTH = "it makes or reads truth values or whole numbers";
    private static final String CODES =
            "codes change in steps; training keeps real numbers beside them";
    private static final String BOXES = "it selects boxes";
    private static final String SECOND = "gradients of gradients are not in this version";
    private static final String DYNAMIC = "its shape depends on values";
    private static final String LATER = "its gradient is not in this version";

    private static final Map<Class<? extends Op>, GradientRule> ROWS = new LinkedHashMap<>();

    static {
        row(Conv2d.class, LayerGradients::conv2d);
        row(DepthwiseConv2d.class, LayerGradients::depthwise);
        row(FullyConnected.class, LayerGradients::fullyConnected);
        row(BatchMatmul.class, LayerGradients::batchMatmul);
        row(MaxPool2d.class, LayerGradients::maxPool);
        row(AveragePool2d.class, LayerGradients::averagePool);
        row(Add.class, ElementwiseGradients::add);
        row(Sub.class, ElementwiseGradients::sub);
        row(Mul.class, ElementwiseGradients::mul);
        row(Div.class, ElementwiseGradients::div);
        row(Maximum.class, ElementwiseGradients::maximum);
        row(Minimum.class, ElementwiseGradients::minimum);
        row(Select.class, ElementwiseGradients::select);
        row(Pow.class, ElementwiseGradients::pow);
        row(SquaredDifference.class, ElementwiseGradients::squaredDifference);
        row(Atan2.class, ElementwiseGradients::atan2);
        row(Abs.class, ElementwiseGradients::abs);
        row(Neg.class, ElementwiseGradients::neg);
        row(Exp.class, ElementwiseGradients::exp);
        row(Log.class, ElementwiseGradients::log);
        row(Sqrt.class, ElementwiseGradients::sqrt);
        row(Rsqrt.class, ElementwiseGradients::rsqrt);
        row(Square.class, ElementwiseGradients::square);
        row(Sin.class, ElementwiseGradients::sin);
        row(Cos.class, ElementwiseGradients::cos);
        row(Erf.class, ElementwiseGradients::erf);
        row(Elu.class, ElementwiseGradients::elu);
        row(Silu.class, ElementwiseGradients::silu);
        row(Gelu.class, ElementwiseGradients::gelu);
        row(LeakyRelu.class, ElementwiseGradients::leakyRelu);
        row(HardSwish.class, ElementwiseGradients::hardSwish);
        row(PRelu.class, ElementwiseGradients::pRelu);
        row(Logistic.class, ElementwiseGradients::logistic);
        row(Tanh.class, ElementwiseGradients::tanh);
        row(Relu.class, ElementwiseGradients.clamp(0, Double.POSITIVE_INFINITY));
        row(Relu6.class, ElementwiseGradients.clamp(0, 6));
        row(ReluN1To1.class, ElementwiseGradients.clamp(-1, 1));
        row(Relu0To1.class, ElementwiseGradients.clamp(0, 1));
        row(Sum.class, ReductionGradients::sum);
        row(Mean.class, ReductionGradients::mean);
        row(ReduceMax.class, ReductionGradients::max);
        row(ReduceMin.class, ReductionGradients::min);
        row(CumSum.class, ReductionGradients::cumSum);
        row(Softmax.class, ReductionGradients::softmax);
        row(LogSoftmax.class, ReductionGradients::logSoftmax);
        row(L2Normalization.class, ReductionGradients::l2Normalization);
        row(LayerNormalization.class, ReductionGradients::layerNormalization);
        row(Reshape.class, ShapeGradients::reshape);
        row(BroadcastTo.class, ShapeGradients::broadcast);
        row(Transpose.class, ShapeGradients::transpose);
        row(Pad.class, ShapeGradients::pad);
        row(Concat.class, ShapeGradients::concat);
        row(Slice.class, ShapeGradients::slice);
        row(SpaceToDepth.class, ShapeGradients::spaceToDepth);
        row(DepthToSpace.class, ShapeGradients::depthToSpace);
        notDifferentiable(FloorDiv.class, STEP);
        notDifferentiable(FloorMod.class, STEP);
        notDifferentiable(Sign.class, STEP);
        notDifferentiable(Floor.class, STEP);
        notDifferentiable(Ceil.class, STEP);
        notDifferentiable(Round.class, STEP);
        notDifferentiable(ArgMax.class, STEP);
        notDifferentiable(ArgMin.class, STEP);
        notDifferentiable(OneHot.class, STEP);
        notDifferentiable(Cast.class, STEP);
        notDifferentiable(Equal.class, TRUTH);
        notDifferentiable(NotEqual.class, TRUTH);
        notDifferentiable(Less.class, TRUTH);
        notDifferentiable(LessEqual.class, TRUTH);
        notDifferentiable(Greater.class, TRUTH);
        notDifferentiable(GreaterEqual.class, TRUTH);
        notDifferentiable(LogicalAnd.class, TRUTH);
        notDifferentiable(LogicalOr.class, TRUTH);
        notDifferentiable(LogicalXor.class, TRUTH);
        notDifferentiable(LogicalNot.class, TRUTH);
        notDifferentiable(BitwiseXor.class, TRUTH);
        notDifferentiable(RightShift.class, TRUTH);
        notDifferentiable(ReduceAny.class, TRUTH);
        notDifferentiable(ReduceAll.class, TRUTH);
        notDifferentiable(NonZero.class, TRUTH);
        notDifferentiable(Range.class, TRUTH);
        notDifferentiable(ShapeOf.class, TRUTH);
        notDifferentiable(Quantize.class, CODES);
        notDifferentiable(Dequantize.class, CODES);
        notDifferentiable(Requantize.class, CODES);
        notDifferentiable(DynamicQuantize.class, CODES);
        notDifferentiable(NonMaxSuppression.class, BOXES);
        notDifferentiable(BoxSelection.class, BOXES);
        notDifferentiable(DetectionPostProcess.class, BOXES);
        notDifferentiable(ClampGradient.class, SECOND);
        notDifferentiable(ConvInputGradient.class, SECOND);
        notDifferentiable(ConvFilterGradient.class, SECOND);
        notDifferentiable(MaxPoolGradient.class, SECOND);
        notDifferentiable(ReshapeBy.class, DYNAMIC);
        notDifferentiable(BroadcastBy.class, DYNAMIC);
        notDifferentiable(TileBy.class, DYNAMIC);
        notDifferentiable(PadBy.class, DYNAMIC);
        notDifferentiable(SliceBy.class, DYNAMIC);
        notDifferentiable(RangeBy.class, DYNAMIC);
        notDifferentiable(TransposeConv.class, LATER);
        notDifferentiable(LocalResponseNormalization.class, LATER);
        notDifferentiable(L2Pool2d.class, LATER);
        notDifferentiable(ResizeBilinear.class, LATER);
        notDifferentiable(ResizeNearestNeighbor.class, LATER);
        notDifferentiable(ReduceProd.class, LATER);
        notDifferentiable(TopK.class, LATER);
        notDifferentiable(Lstm.class, LATER);
        notDifferentiable(DynamicSlice.class, LATER);
        notDifferentiable(DynamicUpdateSlice.class, LATER);
        notDifferentiable(Gather.class, LATER);
        notDifferentiable(GatherNd.class, LATER);
        notDifferentiable(ScatterNd.class, LATER);
        notDifferentiable(Tile.class, LATER);
        notDifferentiable(MirrorPad.class, LATER);
        notDifferentiable(SpaceToBatch.class, LATER);
        notDifferentiable(BatchToSpace.class, LATER);
        notDifferentiable(ReverseSequence.class, LATER);
        notDifferentiable(Rnn.class, LATER);
        notDifferentiable(Svdf.class, LATER);
        notDifferentiable(Rfft2d.class, LATER);
        notDifferentiable(ComplexAbs.class, LATER);
        notDifferentiable(Real.class, LATER);
        notDifferentiable(Imag.class, LATER);
        notDifferentiable(While.class, LATER);
        notDifferentiable(If.class, LATER);
        notDifferentiable(Loop.class, LATER);
    }

    private Gradients() {}

    private static void row(Class<? extends Op> type, GradientRule.Emitter emit) {
        put(type, new GradientRule.Differentiable(emit));
    }

    private static void notDifferentiable(Class<? extends Op> type, String why) {
        put(type, new GradientRule.NotDifferentiable(why));
    }

    private static void put(Class<? extends Op> type, GradientRule rule) {
        if (ROWS.put(type, rule) != null) {
            throw new IllegalArgumentException(type + " stands in the table twice");
        }
    }

    /** All rows, in the order of the table. */
    public static Map<Class<? extends Op>, GradientRule> rows() {
        return Collections.unmodifiableMap(ROWS);
    }

    /**
     * The rule of an operator.
     *
     * @throws UnsupportedOpException if the operator is not in the table
     */
    public static GradientRule of(Op op) {
        GradientRule rule = ROWS.get(op.getClass());
        if (rule == null) {
            throw new UnsupportedOpException(
                    OpSet.standard().name(op), "", "it has no row in the table of gradients");
        }
        return rule;
    }
}

package quern.quant.rule;

import static quern.quant.rule.QuantRule.clamp;
import static quern.quant.rule.QuantRule.fixedOutput;
import static quern.quant.rule.QuantRule.keepFloat;
import static quern.quant.rule.QuantRule.ownRange;
import static quern.quant.rule.QuantRule.sameRange;
import static quern.quant.rule.QuantRule.weighted;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import quern.op.Op;
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
 * The table of quantization rules: one row an operator. The rules are those of the TFLite 8-bit
 * quantization specification.
 */
public final class QuantRules {
    private static final String JUMPS = "its result may jump where its input is a little off";
    private static final String TRUTH = "its output is a truth value, which has no scale";

    private static final Map<Class<? extends Op>, QuantRule> ROWS = new LinkedHashMap<>();

    static {
        row(Conv2d.class, weighted(0));
        row(DepthwiseConv2d.class, weighted(3));
        row(TransposeConv.class, weighted(0));
        row(FullyConnected.class, weighted(0));
        row(Add.class, ownRange());
        row(Sub.class, ownRange());
        row(Mul.class, ownRange());
        row(Maximum.class, sameRange());
        row(Minimum.class, clamp());
        row(Div.class, ownRange());
        row(FloorDiv.class, keepFloat(JUMPS));
        row(FloorMod.class, keepFloat(JUMPS));
        row(Pow.class, keepFloat("its exponent must be exact"));
        row(SquaredDifference.class, ownRange());
        row(Atan2.class, keepFloat("its result jumps from end to end"));
        row(Abs.class, ownRange());
        row(Neg.class, ownRange());
        row(Sign.class, keepFloat(JUMPS));
        row(Exp.class, ownRange());
        row(Log.class, ownRange());
        row(Sqrt.class, ownRange());
        row(Rsqrt.class, ownRange());
        row(Square.class, ownRange());
        row(Floor.class, keepFloat(JUMPS));
        row(Ceil.class, keepFloat(JUMPS));
        row(Round.class, keepFloat(JUMPS));
        row(Sin.class, ownRange());
        row(Cos.class, ownRange());
        row(Erf.class, ownRange());
        row(Elu.class, ownRange());
        row(Gelu.class, ownRange());
        row(Silu.class, ownRange());
        row(ReluN1To1.class, ownRange());
        row(Relu0To1.class, ownRange());
        row(LogSoftmax.class, fixedOutput(1f / 16, 127));
        row(LocalResponseNormalization.class, keepFloat("it has no form for codes"));
        row(L2Pool2d.class, keepFloat("it has no form for codes"));
        row(AveragePool2d.class, sameRange());
        row(MaxPool2d.class, sameRange());
        row(Mean.class, ownRange());
        row(Relu.class, ownRange());
        row(Relu6.class, clamp());
        row(Softmax.class, fixedOutput(1f / 256, -128));
        row(Logistic.class, fixedOutput(1f / 256, -128));
        row(Tanh.class, fixedOutput(1f / 128, 0));
        row(LeakyRelu.class, ownRange());
        row(HardSwish.class, ownRange());
        row(PRelu.class, ownRange());
        row(ResizeBilinear.class, sameRange());
        row(ResizeNearestNeighbor.class, sameRange());
        row(Sum.class, ownRange());
        row(ReduceMax.class, sameRange());
        row(ReduceMin.class, sameRange());
        row(L2Normalization.class, fixedOutput(1f / 128, 0));
        row(LayerNormalization.class, keepFloat("it has no form for codes"));
        row(BatchMatmul.class, ownRange());
        row(ReduceProd.class, keepFloat("products of codes are rounded after each factor"));
        row(ReduceAny.class, keepFloat(TRUTH));
        row(ReduceAll.class, keepFloat(TRUTH));
        row(LogicalAnd.class, keepFloat(TRUTH));
        row(LogicalOr.class, keepFloat(TRUTH));
        row(LogicalXor.class, keepFloat(TRUTH));
        row(LogicalNot.class, keepFloat(TRUTH));
        row(ArgMax.class, keepFloat("its output is a place, which has no scale"));
        row(ArgMin.class, keepFloat("its output is a place, which has no scale"));
        row(TopK.class, keepFloat("its second output is a place, which has no scale"));
        row(CumSum.class, keepFloat("its sums grow along the axis"));
        row(NonMaxSuppression.class, keepFloat("its outputs are places, which have no scale"));
        row(Equal.class, keepFloat(TRUTH));
        row(NotEqual.class, keepFloat(TRUTH));
        row(Less.class, keepFloat(TRUTH));
        row(LessEqual.class, keepFloat(TRUTH));
        row(Greater.class, keepFloat(TRUTH));
        row(GreaterEqual.class, keepFloat(TRUTH));
        row(BitwiseXor.class, keepFloat("it computes with bits"));
        row(RightShift.class, keepFloat("it computes with bits"));
        row(Select.class, keepFloat("its condition is a truth value, which has no scale"));
        row(Reshape.class, sameRange());
        row(Transpose.class, sameRange());
        row(Pad.class, sameRange());
        row(Concat.class, sameRange());
        row(Lstm.class, keepFloat("state is not calibrated in this version"));
        row(Slice.class, sameRange());
        row(DynamicSlice.class, sameRange());
        row(DynamicUpdateSlice.class, sameRange());
        row(Gather.class, sameRange());
        row(GatherNd.class, sameRange());
        row(ScatterNd.class, keepFloat("it may add elements to each other"));
        row(Tile.class, sameRange());
        row(BroadcastTo.class, sameRange());
        row(MirrorPad.class, sameRange());
        row(SpaceToDepth.class, sameRange());
        row(DepthToSpace.class, sameRange());
        row(SpaceToBatch.class, sameRange());
        row(BatchToSpace.class, sameRange());
        row(ReverseSequence.class, sameRange());
        row(OneHot.class, keepFloat("it makes few values, not a range"));
        row(Range.class, keepFloat("it counts"));
        row(NonZero.class, keepFloat("values decide its size"));
        row(BoxSelection.class, keepFloat("values decide its size"));
        row(ShapeOf.class, keepFloat("values decide its form"));
        row(ReshapeBy.class, keepFloat("values decide its form"));
        row(BroadcastBy.class, keepFloat("values decide its form"));
        row(TileBy.class, keepFloat("values decide its form"));
        row(PadBy.class, keepFloat("values decide its form"));
        row(SliceBy.class, keepFloat("values decide its form"));
        row(RangeBy.class, keepFloat("values decide its form"));
        row(Rnn.class, keepFloat("state is not calibrated in this version"));
        row(Svdf.class, keepFloat("state is not calibrated in this version"));
        row(Rfft2d.class, keepFloat("it has no kernel on codes"));
        row(ClampGradient.class, keepFloat("gradients are real numbers"));
        row(ConvInputGradient.class, keepFloat("gradients are real numbers"));
        row(ConvFilterGradient.class, keepFloat("gradients are real numbers"));
        row(MaxPoolGradient.class, keepFloat("gradients are real numbers"));
        row(ComplexAbs.class, keepFloat("it has no kernel on codes"));
        row(Real.class, keepFloat("complex numbers have no codes"));
        row(Imag.class, keepFloat("complex numbers have no codes"));
        row(DetectionPostProcess.class, keepFloat("its outputs are boxes, classes and a count"));
        row(Quantize.class, keepFloat("its output is quantized already"));
        row(Dequantize.class, keepFloat("its input is quantized already"));
        row(Requantize.class, keepFloat("its input is quantized already"));
        row(DynamicQuantize.class, keepFloat("its outputs are plain integers and their scale"));
        row(While.class, keepFloat("graphs inside of operators are not quantized"));
        row(If.class, keepFloat("graphs inside of operators are not quantized"));
        row(Loop.class, keepFloat("graphs inside of operators are not quantized"));
        row(Cast.class, keepFloat("scales play no part in it"));
    }

    private QuantRules() {}

    private static void row(Class<? extends Op> type, QuantRule rule) {
        if (ROWS.put(type, rule) != null) {
            throw new IllegalArgumentException(type + " stands in the table twice");
        }
    }

    /** All rows in the order of the table. */
    public static Map<Class<? extends Op>, QuantRule> rows() {
        return Collections.unmodifiableMap(ROWS);
    }

    /** The rule of an operator; an operator without a row stays in float. */
    public static QuantRule of(Op op) {
        return ROWS.getOrDefault(
                op.getClass(), keepFloat("this version has no quantization rule for it"));
    }
}

package quern.reference;

import java.util.LinkedHashMap;
import java.util.Map;
import quern.error.UnsupportedOpException;
import quern.op.Dynamic;
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
import quern.op.dynamic.NonZero;
import quern.op.dynamic.ShapeOf;
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

/** The table of reference kernels: one row an operator. */
public final class ReferenceKernels {
    private static final Map<Class<? extends Op>, ReferenceKernel<?>> ROWS = new LinkedHashMap<>();

    static {
        row(Conv2d.class, ConvReference::conv2d);
        row(DepthwiseConv2d.class, ConvReference::depthwiseConv2d);
        row(TransposeConv.class, TransposeConvReference::run);
        row(FullyConnected.class, FullyConnectedReference::run);
        row(Add.class, ElementwiseReference::add);
        row(Sub.class, ElementwiseReference::sub);
        row(Mul.class, ElementwiseReference::mul);
        row(Maximum.class, ElementwiseReference::maximum);
        row(Minimum.class, ElementwiseReference::minimum);
        row(Div.class, BinaryReference::div);
        row(FloorDiv.class, BinaryReference::run);
        row(FloorMod.class, BinaryReference::run);
        row(Pow.class, BinaryReference::run);
        row(SquaredDifference.class, BinaryReference::squaredDifference);
        row(Atan2.class, BinaryReference::run);
        row(Abs.class, UnaryReference::abs);
        row(Neg.class, UnaryReference::run);
        row(Sign.class, UnaryReference::run);
        row(Exp.class, UnaryReference::tables);
        row(Log.class, UnaryReference::tables);
        row(Sqrt.class, UnaryReference::sqrt);
        row(Rsqrt.class, UnaryReference::rsqrt);
        row(Square.class, UnaryReference::run);
        row(Floor.class, UnaryReference::run);
        row(Ceil.class, UnaryReference::run);
        row(Round.class, UnaryReference::run);
        row(Sin.class, UnaryReference::run);
        row(Cos.class, UnaryReference::run);
        row(Erf.class, UnaryReference::run);
        row(Elu.class, UnaryReference::table);
        row(Gelu.class, UnaryReference::table);
        row(Silu.class, UnaryReference::table);
        row(ReluN1To1.class, UnaryReference::reluN1To1);
        row(Relu0To1.class, UnaryReference::relu0To1);
        row(LogSoftmax.class, LogSoftmaxReference::run);
        row(LocalResponseNormalization.class, LocalResponseReference::run);
        row(L2Pool2d.class, PoolingReference::l2);
        row(AveragePool2d.class, PoolingReference::average);
        row(MaxPool2d.class, PoolingReference::max);
        row(Mean.class, ReductionReference::mean);
        row(Relu.class, ActivationReference::relu);
        row(Relu6.class, ActivationReference::relu6);
        row(Logistic.class, ActivationReference::logistic);
        row(Tanh.class, ActivationReference::tanh);
        row(LeakyRelu.class, LeakyReference::leakyRelu);
        row(HardSwish.class, ActivationReference::hardSwish);
        row(PRelu.class, LeakyReference::prelu);
        row(Softmax.class, SoftmaxReference::run);
        row(ResizeBilinear.class, ResizeReference::bilinear);
        row(ResizeNearestNeighbor.class, ResizeReference::nearest);
        row(Sum.class, ReductionReference::sum);
        row(ReduceMax.class, ReductionReference::max);
        row(ReduceMin.class, ReductionReference::min);
        row(L2Normalization.class, L2NormalizationReference::run);
        row(LayerNormalization.class, LayerNormalizationReference::run);
        row(BatchMatmul.class, MatmulReference::run);
        row(ReduceProd.class, ReductionReference::product);
        row(ReduceAny.class, ReductionReference::any);
        row(ReduceAll.class, ReductionReference::all);
        row(ArgMax.class, ReductionReference::extremum);
        row(ArgMin.class, ReductionReference::extremum);
        row(TopK.class, OrderReference::topK);
        row(CumSum.class, OrderReference::cumSum);
        row(NonMaxSuppression.class, OrderReference::suppress);
        row(Equal.class, LogicReference::compare);
        row(NotEqual.class, LogicReference::compare);
        row(Less.class, LogicReference::compare);
        row(LessEqual.class, LogicReference::compare);
        row(Greater.class, LogicReference::compare);
        row(GreaterEqual.class, LogicReference::compare);
        row(LogicalAnd.class, LogicReference::truth);
        row(LogicalOr.class, LogicReference::truth);
        row(LogicalXor.class, LogicReference::truth);
        row(LogicalNot.class, LogicReference::not);
        row(BitwiseXor.class, LogicReference::bits);
        row(RightShift.class, LogicReference::bits);
        row(Select.class, LogicReference::select);
        row(Reshape.class, ShapeReference::reshape);
        row(Transpose.class, ShapeReference::transpose);
        row(Pad.class, ShapeReference::pad);
        row(Concat.class, ShapeReference::concat);
        row(Lstm.class, LstmReference::run);
        row(Slice.class, MoveReference::slice);
        row(DynamicSlice.class, IndexReference::slice);
        row(DynamicUpdateSlice.class, IndexReference::updateSlice);
        row(Gather.class, IndexReference::gather);
        row(GatherNd.class, IndexReference::gatherNd);
        row(ScatterNd.class, IndexReference::scatterNd);
        row(Tile.class, MoveReference::tile);
        row(BroadcastTo.class, MoveReference::broadcastTo);
        row(MirrorPad.class, MoveReference::mirrorPad);
        row(SpaceToDepth.class, MoveReference::spaceToDepth);
        row(DepthToSpace.class, MoveReference::depthToSpace);
        row(SpaceToBatch.class, MoveReference::spaceToBatch);
        row(BatchToSpace.class, MoveReference::batchToSpace);
        row(ReverseSequence.class, IndexReference::reverseSequence);
        row(OneHot.class, IndexReference::oneHot);
        row(Range.class, MoveReference::range);
        row(Rnn.class, RnnReference::run);
        row(Svdf.class, SvdfReference::run);
        row(Rfft2d.class, FourierReference::rfft2d);
        row(ClampGradient.class, GradientReference::clamp);
        row(ConvInputGradient.class, GradientReference::input);
        row(ConvFilterGradient.class, GradientReference::filter);
        row(MaxPoolGradient.class, GradientReference::maxPool);
        row(ComplexAbs.class, FourierReference::abs);
        row(Real.class, FourierReference::real);
        row(Imag.class, FourierReference::imag);
        row(DetectionPostProcess.class, DetectionReference::run);
        row(Quantize.class, QuantizeReference::quantize);
        row(Dequantize.class, QuantizeReference::dequantize);
        row(Requantize.class, QuantizeReference::requantize);
        row(DynamicQuantize.class, QuantizeReference::dynamic);
        row(While.class, ControlReference::loop);
        row(If.class, ControlReference::branch);
        row(Loop.class, ControlReference::repeat);
        row(Cast.class, CastReference::run);
        row(ShapeOf.class, DynamicReference::shapeOf);
        row(NonZero.class, DynamicReference::nonZero);
        row(BoxSelection.class, DynamicReference::boxes);
    }

    private ReferenceKernels() {}

    private static <O extends Op> void row(Class<O> type, ReferenceKernel<O> kernel) {
        if (ROWS.put(type, kernel) != null) {
            throw new IllegalArgumentException(type + " stands in the table twice");
        }
    }

    /** Whether the operator has a reference kernel. */
    public static boolean has(Class<? extends Op> type) {
        return ROWS.containsKey(type) || Dynamic.class.isAssignableFrom(type);
    }

    /** Runs the reference kernel of the node's operator; empty outputs need nothing computed. */
    public static void run(KernelContext context) {
        if (context.outputs().stream().anyMatch(t -> t.elements() > 0)) {
            Op op = context.node().op();
            if (op instanceof Dynamic d) {
                DynamicReference.run(d, context);
            } else {
                run(op, context);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <O extends Op> void run(O op, KernelContext context) {
        ReferenceKernel<O> kernel = (ReferenceKernel<O>) ROWS.get(op.getClass());
        if (kernel == null) {
            throw new UnsupportedOpException(
                    OpSet.standard().name(op),
                    context.node().name(),
                    "it has no reference kernel in this version");
        }
        kernel.run(op, context);
    }
}

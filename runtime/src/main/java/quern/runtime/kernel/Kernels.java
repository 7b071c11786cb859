package quern.runtime.kernel;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import quern.graph.Node;
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
import quern.tensor.DType;
import quern.tensor.TensorType;

/**
 * The table of kernels: one row an operator. A row makes the fast kernel of a node, or takes the
 * reference kernel and says why.
 */
public final class Kernels {
    /** Makes the kernel of a node of one operator. */
    @FunctionalInterface
    private interface Row<O extends Op> {
        Kernel prepare(O op, Preparation p);
    }

    private static final String NO_FAST_KERNEL = "it has no fast kernel in this version";

    private static final Row<Op> ALIAS =
            (op, p) -> {
                throw new IllegalArgumentException(p.node().name() + " needs no kernel");
            };

    private static final Map<Class<? extends Op>, Row<?>> ROWS = new LinkedHashMap<>();
    private static final Set<Class<? extends Op>> REFERENCE_ONLY = new HashSet<>();

    static {
        row(Conv2d.class, ConvKernels::conv2d);
        row(DepthwiseConv2d.class, ConvKernels::depthwiseConv2d);
        row(TransposeConv.class, ConvKernels::transposeConv);
        row(FullyConnected.class, ConvKernels::fullyConnected);
        row(Add.class, BinaryKernels::add);
        row(Sub.class, BinaryKernels::sub);
        row(Mul.class, BinaryKernels::mul);
        row(Maximum.class, BinaryKernels::maximum);
        row(Minimum.class, BinaryKernels::minimum);
        row(Div.class, BinaryKernels::div);
        row(FloorDiv.class, BinaryKernels::math);
        row(FloorMod.class, BinaryKernels::math);
        row(Pow.class, BinaryKernels::math);
        row(SquaredDifference.class, BinaryKernels::squaredDifference);
        row(Atan2.class, BinaryKernels::math);
        row(Abs.class, ElementwiseKernels::unary);
        row(Neg.class, ElementwiseKernels::unary);
        row(Sign.class, ElementwiseKernels::unary);
        row(Exp.class, ElementwiseKernels::unary);
        row(Log.class, ElementwiseKernels::unary);
        row(Sqrt.class, ElementwiseKernels::unary);
        row(Rsqrt.class, ElementwiseKernels::unary);
        row(Square.class, ElementwiseKernels::unary);
        row(Floor.class, ElementwiseKernels::unary);
        row(Ceil.class, ElementwiseKernels::unary);
        row(Round.class, ElementwiseKernels::unary);
        row(Sin.class, ElementwiseKernels::unary);
        row(Cos.class, ElementwiseKernels::unary);
        row(Erf.class, ElementwiseKernels::unary);
        row(Elu.class, ElementwiseKernels::unary);
        row(Gelu.class, ElementwiseKernels::unary);
        row(Silu.class, ElementwiseKernels::unary);
        row(ReluN1To1.class, ElementwiseKernels::unary);
        row(Relu0To1.class, ElementwiseKernels::unary);
        row(LogSoftmax.class, SoftmaxKernels::logSoftmax);
        row(LocalResponseNormalization.class, SoftmaxKernels::localResponse);
        row(L2Pool2d.class, PoolingKernels::l2);
        row(AveragePool2d.class, PoolingKernels::average);
        row(MaxPool2d.class, PoolingKernels::max);
        row(Mean.class, ReductionKernels::mean);
        row(Relu.class, ElementwiseKernels::relu);
        row(Relu6.class, ElementwiseKernels::relu6);
        row(Logistic.class, ElementwiseKernels::logistic);
        row(Tanh.class, ElementwiseKernels::tanh);
        row(LeakyRelu.class, ElementwiseKernels::leakyRelu);
        row(HardSwish.class, ElementwiseKernels::hardSwish);
        row(PRelu.class, BinaryKernels::prelu);
        row(Softmax.class, SoftmaxKernels::softmax);
        row(ResizeBilinear.class, ResizeKernel::bilinear);
        row(ResizeNearestNeighbor.class, ResizeKernel::nearest);
        row(Sum.class, ReductionKernels::sum);
        row(ReduceMax.class, ReductionKernels::max);
        row(ReduceMin.class, ReductionKernels::min);
        reference(L2Normalization.class, NO_FAST_KERNEL);
        row(LayerNormalization.class, SoftmaxKernels::layerNormalization);
        row(BatchMatmul.class, MatmulKernel::of);
        row(ReduceProd.class, ReductionKernels::product);
        row(ReduceAny.class, ReductionKernels::any);
        row(ReduceAll.class, ReductionKernels::all);
        row(ArgMax.class, OrderKernels::extremum);
        row(ArgMin.class, OrderKernels::extremum);
        row(TopK.class, OrderKernels::topK);
        row(CumSum.class, OrderKernels::cumSum);
        reference(NonMaxSuppression.class, "it is rare and has few boxes");
        row(Equal.class, LogicKernels::compare);
        row(NotEqual.class, LogicKernels::compare);
        row(Less.class, LogicKernels::compare);
        row(LessEqual.class, LogicKernels::compare);
        row(Greater.class, LogicKernels::compare);
        row(GreaterEqual.class, LogicKernels::compare);
        row(LogicalAnd.class, LogicKernels::truth);
        row(LogicalOr.class, LogicKernels::truth);
        row(LogicalXor.class, LogicKernels::truth);
        row(LogicalNot.class, LogicKernels::not);
        row(BitwiseXor.class, LogicKernels::bits);
        row(RightShift.class, LogicKernels::bits);
        row(Select.class, LogicKernels::select);
        alias(Reshape.class);
        row(Transpose.class, ShapeKernels::transpose);
        row(Pad.class, ShapeKernels::pad);
        row(Concat.class, ShapeKernels::concat);
        row(Lstm.class, LstmKernels::lstm);
        row(Slice.class, ShapeKernels::slice);
        row(DynamicSlice.class, IndexKernels::slice);
        row(DynamicUpdateSlice.class, IndexKernels::updateSlice);
        row(Gather.class, IndexKernels::gather);
        row(GatherNd.class, IndexKernels::gatherNd);
        row(ScatterNd.class, ScatterKernels::scatterNd);
        row(Tile.class, ShapeKernels::tile);
        row(BroadcastTo.class, ShapeKernels::broadcastTo);
        row(MirrorPad.class, IndexKernels::mirrorPad);
        row(SpaceToDepth.class, ShapeKernels::spaceToDepth);
        row(DepthToSpace.class, ShapeKernels::depthToSpace);
        row(SpaceToBatch.class, ShapeKernels::spaceToBatch);
        row(BatchToSpace.class, ShapeKernels::batchToSpace);
        row(ReverseSequence.class, IndexKernels::reverseSequence);
        row(OneHot.class, ScatterKernels::oneHot);
        row(Range.class, ScatterKernels::range);
        reference(NonZero.class, "values decide its size");
        reference(BoxSelection.class, "values decide its size");
        reference(ShapeOf.class, "values decide its form");
        reference(ReshapeBy.class, "values decide its form");
        reference(BroadcastBy.class, "values decide its form");
        reference(TileBy.class, "values decide its form");
        reference(PadBy.class, "values decide its form");
        reference(SliceBy.class, "values decide its form");
        reference(RangeBy.class, "values decide its form");
        reference(Rnn.class, NO_FAST_KERNEL);
        reference(Svdf.class, NO_FAST_KERNEL);
        row(Rfft2d.class, SignalKernels::rfft2d);
        row(ClampGradient.class, GradientKernels::clamp);
        row(ConvInputGradient.class, GradientKernels::input);
        row(ConvFilterGradient.class, GradientKernels::filter);
        row(MaxPoolGradient.class, GradientKernels::maxPool);
        row(ComplexAbs.class, SignalKernels::abs);
        row(Real.class, SignalKernels::real);
        row(Imag.class, SignalKernels::imag);
        reference(DetectionPostProcess.class, "it is short beside the layers before it");
        row(Quantize.class, QuantizeKernels::quantize);
        row(Dequantize.class, QuantizeKernels::dequantize);
        row(Requantize.class, QuantizeKernels::requantize);
        row(DynamicQuantize.class, (op, p) -> new DynamicQuantizeKernel(p));
        row(While.class, ControlKernels::loop);
        row(If.class, ControlKernels::branch);
        row(Loop.class, (op, p) -> p.reference("it runs by itself, between two plans"));
        row(Cast.class, CastKernels::cast);
    }

    private Kernels() {}

    /** The output is the first input under another type: no kernel runs. */
    private static void alias(Class<? extends Op> type) {
        put(type, ALIAS);
    }

    /** The reference kernel runs every form; {@code why} is a clause. */
    private static <O extends Op> void reference(Class<O> type, String why) {
        row(type, (op, p) -> p.reference(why));
        REFERENCE_ONLY.add(type);
    }

    private static <O extends Op> void row(Class<O> type, Row<O> row) {
        put(type, row);
    }

    private static void put(Class<? extends Op> type, Row<?> row) {
        if (ROWS.put(type, row) != null) {
            throw new IllegalArgumentException(type + " stands in the table twice");
        }
    }

    /** Whether the operator has a row. */
    public static boolean has(Class<? extends Op> type) {
        return ROWS.containsKey(type);
    }

    /** Whether the operator's row always takes the reference kernel. */
    static boolean isReferenceOnly(Class<? extends Op> type) {
        return REFERENCE_ONLY.contains(type);
    }

    /** Whether a node only gives its first input another type, so that memory is shared. */
    public static boolean isAlias(Node n, TensorType in) {
        DType from = in.dtype();
        DType to = n.output().type().dtype();
        boolean whole = from.isInteger() && to.isInteger() && !from.isPacked() && !to.isPacked();
        boolean same = from == to && from == DType.F32 || whole && from.bits() == to.bits();
        return ROWS.get(n.op().getClass()) == ALIAS || n.op() instanceof Cast && same;
    }

    /**
     * Whether the kernel of a node can do the work of the node that alone reads its output.
     *
     * @param p of the node by itself
     */
    public static boolean takes(Preparation p, Node next) {
        return ConvKernels.takes(p, next);
    }

    /** The kernel of a node; the reference kernel for an operator that has no row. */
    public static Kernel prepare(Preparation p) {
        return prepare(p.node().op(), p);
    }

    @SuppressWarnings("unchecked")
    private static <O extends Op> Kernel prepare(O op, Preparation p) {
        Row<O> row = (Row<O>) ROWS.get(op.getClass());
        return row == null
                ? p.reference("the operator has no row in the table of kernels")
                : row.prepare(op, p);
    }
}

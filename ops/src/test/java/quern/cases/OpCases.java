package quern.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
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

/** The table of conformance cases: one row an operator. */
public final class OpCases {
    /**
     * The cases of one operator.
     *
     * @param type the operator
     * @param draw makes a random case from a size and a seed
     * @param awkward fixed cases at the edges of what is defined
     */
    public record Row(Class<? extends Op> type, Function<Draw, OpCase> draw, List<OpCase> awkward) {
        /** Random cases; they shrink toward small shapes. */
        public Arbitrary<OpCase> arbitrary() {
            return Combinators.combine(
                            Arbitraries.integers().between(0, Draw.MAX_SIZE), Arbitraries.longs())
                    .as(this::random);
        }

        /** The random case of this size (0 to {@link Draw#MAX_SIZE}) and seed. */
        public OpCase random(int size, long seed) {
            OpCase c = draw.apply(new Draw(size, seed));
            return new OpCase(
                    type.getSimpleName() + ", size " + size + ", seed " + seed,
                    c.graph(),
                    c.inputs());
        }

        @Override
        public String toString() {
            return type.getSimpleName();
        }
    }

    private static final List<Row> ROWS = new ArrayList<>();

    static {
        row(Conv2d.class, ConvolutionCases::conv2d, ConvolutionAwkward.conv2d());
        row(DepthwiseConv2d.class, ConvolutionCases::depthwise, ConvolutionAwkward.depthwise());
        row(TransposeConv.class, TransposeConvCases::random, TransposeConvCases.awkward());
        row(FullyConnected.class, FullyConnectedCases::random, FullyConnectedCases.awkward());
        row(Add.class, ElementwiseCases::add, ElementwiseCases.awkwardAdd());
        row(Sub.class, ElementwiseCases::sub, ElementwiseCases.awkwardSub());
        row(Mul.class, ElementwiseCases::mul, ElementwiseCases.awkwardMul());
        row(
                Maximum.class,
                d -> ElementwiseCases.pick(d, new Maximum()),
                ElementwiseCases.awkwardPick(new Maximum()));
        row(
                Minimum.class,
                d -> ElementwiseCases.pick(d, new Minimum()),
                ElementwiseCases.awkwardPick(new Minimum()));
        row(Div.class, ElementwiseCases::div, ElementwiseCases.awkwardDiv());
        row(
                FloorDiv.class,
                d -> ElementwiseCases.numbers(d, new FloorDiv()),
                ElementwiseCases.awkwardNumbers(new FloorDiv()));
        row(
                FloorMod.class,
                d -> ElementwiseCases.numbers(d, new FloorMod()),
                ElementwiseCases.awkwardNumbers(new FloorMod()));
        row(
                Pow.class,
                d -> ElementwiseCases.numbers(d, new Pow()),
                ElementwiseCases.awkwardNumbers(new Pow()));
        row(
                SquaredDifference.class,
                ElementwiseCases::squaredDifference,
                ElementwiseCases.awkwardSquaredDifference());
        row(
                Atan2.class,
                d -> ElementwiseCases.numbers(d, new Atan2()),
                ElementwiseCases.awkwardNumbers(new Atan2()));
        row(Abs.class, d -> UnaryCases.random(d, new Abs()), UnaryCases.awkward(new Abs()));
        row(Neg.class, d -> UnaryCases.random(d, new Neg()), UnaryCases.awkward(new Neg()));
        row(Sign.class, d -> UnaryCases.random(d, new Sign()), UnaryCases.awkward(new Sign()));
        row(Exp.class, d -> UnaryCases.random(d, new Exp()), UnaryCases.awkward(new Exp()));
        row(Log.class, d -> UnaryCases.random(d, new Log()), UnaryCases.awkward(new Log()));
        row(Sqrt.class, d -> UnaryCases.random(d, new Sqrt()), UnaryCases.awkward(new Sqrt()));
        row(Rsqrt.class, d -> UnaryCases.random(d, new Rsqrt()), UnaryCases.awkward(new Rsqrt()));
        row(
                Square.class,
                d -> UnaryCases.random(d, new Square()),
                UnaryCases.awkward(new Square()));
        row(Floor.class, d -> UnaryCases.random(d, new Floor()), UnaryCases.awkward(new Floor()));
        row(Ceil.class, d -> UnaryCases.random(d, new Ceil()), UnaryCases.awkward(new Ceil()));
        row(Round.class, d -> UnaryCases.random(d, new Round()), UnaryCases.awkward(new Round()));
        row(Sin.class, d -> UnaryCases.random(d, new Sin()), UnaryCases.awkward(new Sin()));
        row(Erf.class, d -> UnaryCases.random(d, new Erf()), UnaryCases.awkward(new Erf()));
        row(Cos.class, d -> UnaryCases.random(d, new Cos()), UnaryCases.awkward(new Cos()));
        row(Elu.class, UnaryCases::elu, UnaryCases.awkward(new Elu(1)));
        row(Gelu.class, UnaryCases::gelu, UnaryCases.awkward(new Gelu(false)));
        row(Silu.class, UnaryCases::silu, UnaryCases.awkward(new Silu()));
        row(
                ReluN1To1.class,
                d -> UnaryCases.random(d, new ReluN1To1()),
                UnaryCases.awkward(new ReluN1To1()));
        row(
                Relu0To1.class,
                d -> UnaryCases.random(d, new Relu0To1()),
                UnaryCases.awkward(new Relu0To1()));
        row(LogSoftmax.class, LogSoftmaxCases::random, LogSoftmaxCases.awkward());
        row(
                LocalResponseNormalization.class,
                LocalResponseCases::random,
                LocalResponseCases.awkward());
        row(L2Pool2d.class, PoolingCases::l2, PoolingCases.awkwardL2());
        row(AveragePool2d.class, PoolingCases::average, PoolingCases.awkwardAverage());
        row(MaxPool2d.class, PoolingCases::max, PoolingCases.awkwardMax());
        row(Mean.class, ReductionCases::mean, ReductionCases.awkwardMean());
        row(Relu.class, ActivationCases::relu, ActivationCases.awkwardRelu());
        row(Relu6.class, ActivationCases::relu6, ActivationCases.awkwardRelu6());
        row(Softmax.class, SoftmaxCases::random, SoftmaxCases.awkward());
        row(Logistic.class, ActivationCases::logistic, ActivationCases.awkwardLogistic());
        row(Tanh.class, ActivationCases::tanh, ActivationCases.awkwardTanh());
        row(LeakyRelu.class, ActivationCases::leakyRelu, ActivationCases.awkwardLeakyRelu());
        row(HardSwish.class, ActivationCases::hardSwish, ActivationCases.awkwardHardSwish());
        row(PRelu.class, ElementwiseCases::prelu, ElementwiseCases.awkwardPRelu());
        row(ResizeBilinear.class, ResizeCases::bilinear, ResizeCases.awkwardBilinear());
        row(ResizeNearestNeighbor.class, ResizeCases::nearest, ResizeCases.awkwardNearest());
        row(Sum.class, ReductionCases::sum, ReductionCases.awkwardSum());
        row(ReduceMax.class, ReductionCases::max, ReductionCases.awkwardMax());
        row(ReduceMin.class, ReductionCases::min, ReductionCases.awkwardMin());
        row(L2Normalization.class, ReductionCases::l2, ReductionCases.awkwardL2());
        row(
                LayerNormalization.class,
                LayerNormalizationCases::random,
                LayerNormalizationCases.awkward());
        row(BatchMatmul.class, MatmulCases::random, MatmulCases.awkward());
        row(ReduceProd.class, ReductionCases::product, ReductionCases.awkwardProduct());
        row(ReduceAny.class, ReductionCases::any, ReductionCases.awkwardTruth(ReduceAny::new));
        row(ReduceAll.class, ReductionCases::all, ReductionCases.awkwardTruth(ReduceAll::new));
        row(
                ArgMax.class,
                d -> ReductionCases.extremum(d, ArgMax::new),
                ReductionCases.awkwardExtremum(ArgMax::new));
        row(
                ArgMin.class,
                d -> ReductionCases.extremum(d, ArgMin::new),
                ReductionCases.awkwardExtremum(ArgMin::new));
        row(TopK.class, OrderCases::topK, OrderCases.awkwardTopK());
        row(CumSum.class, OrderCases::cumSum, OrderCases.awkwardCumSum());
        row(NonMaxSuppression.class, OrderCases::suppression, OrderCases.awkwardSuppression());
        for (Op op :
                List.of(
                        new Equal(),
                        new NotEqual(),
                        new Less(),
                        new LessEqual(),
                        new Greater(),
                        new GreaterEqual())) {
            row(op.getClass(), d -> LogicCases.comparison(d, op), LogicCases.awkwardComparison(op));
        }
        for (Op op : List.of(new LogicalAnd(), new LogicalOr(), new LogicalXor())) {
            row(op.getClass(), d -> LogicCases.truth(d, op), LogicCases.awkwardTruth(op));
        }
        row(LogicalNot.class, LogicCases::not, LogicCases.awkwardNot());
        for (Op op : List.of(new BitwiseXor(), new RightShift())) {
            row(op.getClass(), d -> LogicCases.bits(d, op), LogicCases.awkwardBits(op));
        }
        row(Select.class, LogicCases::select, LogicCases.awkwardSelect());
        row(Reshape.class, ShapeCases::reshape, ShapeAwkward.reshape());
        row(Transpose.class, ShapeCases::transpose, ShapeAwkward.transpose());
        row(Pad.class, ShapeCases::pad, ShapeAwkward.pad());
        row(Concat.class, ShapeCases::concat, ShapeAwkward.concat());
        row(Lstm.class, LstmCases::random, LstmCases.awkward());
        row(Slice.class, MoveCases::slice, MoveAwkward.slice());
        row(DynamicSlice.class, IndexCases::dynamicSlice, IndexAwkward.dynamicSlice());
        row(
                DynamicUpdateSlice.class,
                IndexCases::dynamicUpdateSlice,
                IndexAwkward.dynamicUpdateSlice());
        row(Gather.class, IndexCases::gather, IndexAwkward.gather());
        row(GatherNd.class, IndexCases::gatherNd, IndexAwkward.gatherNd());
        row(ScatterNd.class, IndexCases::scatterNd, IndexAwkward.scatterNd());
        row(Tile.class, MoveCases::tile, MoveAwkward.tile());
        row(BroadcastTo.class, MoveCases::broadcastTo, MoveAwkward.broadcastTo());
        row(MirrorPad.class, MoveCases::mirrorPad, MoveAwkward.mirrorPad());
        row(SpaceToDepth.class, MoveCases::spaceToDepth, MoveAwkward.spaceToDepth());
        row(DepthToSpace.class, MoveCases::depthToSpace, MoveAwkward.depthToSpace());
        row(SpaceToBatch.class, MoveCases::spaceToBatch, MoveAwkward.spaceToBatch());
        row(BatchToSpace.class, MoveCases::batchToSpace, MoveAwkward.batchToSpace());
        row(ReverseSequence.class, IndexCases::reverseSequence, IndexAwkward.reverseSequence());
        row(OneHot.class, IndexCases::oneHot, IndexAwkward.oneHot());
        row(Range.class, IndexCases::range, IndexAwkward.range());
        row(NonZero.class, DynamicCases::nonZero, DynamicCases.awkwardNonZero());
        row(BoxSelection.class, DynamicCases::boxes, DynamicCases.awkwardBoxes());
        row(ShapeOf.class, DynamicCases::shapeOf, DynamicCases.awkwardShapeOf());
        row(ReshapeBy.class, DynamicCases::reshapeBy, DynamicCases.awkwardReshapeBy());
        row(BroadcastBy.class, DynamicCases::broadcastBy, DynamicCases.awkwardBroadcastBy());
        row(TileBy.class, DynamicCases::tileBy, DynamicCases.awkwardTileBy());
        row(PadBy.class, DynamicCases::padBy, DynamicCases.awkwardPadBy());
        row(SliceBy.class, DynamicCases::sliceBy, DynamicCases.awkwardSliceBy());
        row(RangeBy.class, DynamicCases::rangeBy, DynamicCases.awkwardRangeBy());
        row(Rnn.class, RecurrentCases::rnn, RecurrentCases.awkwardRnn());
        row(Svdf.class, RecurrentCases::svdf, RecurrentCases.awkwardSvdf());
        row(Rfft2d.class, SignalCases::rfft2d, SignalCases.awkwardRfft2d());
        row(ClampGradient.class, GradientCases::clamp, GradientCases.awkwardClamp());
        row(ConvInputGradient.class, GradientCases::input, GradientCases.awkwardInput());
        row(ConvFilterGradient.class, GradientCases::filter, GradientCases.awkwardFilter());
        row(MaxPoolGradient.class, GradientCases::maxPool, GradientCases.awkwardMaxPool());
        row(
                ComplexAbs.class,
                d -> SignalCases.complex(d, new ComplexAbs()),
                SignalCases.awkwardComplex(new ComplexAbs()));
        row(
                Real.class,
                d -> SignalCases.complex(d, new Real()),
                SignalCases.awkwardComplex(new Real()));
        row(
                Imag.class,
                d -> SignalCases.complex(d, new Imag()),
                SignalCases.awkwardComplex(new Imag()));
        row(DetectionPostProcess.class, DetectionCases::random, DetectionCases.awkward());
        row(Quantize.class, QuantizeCases::quantize, QuantizeCases.awkwardQuantize());
        row(Dequantize.class, QuantizeCases::dequantize, QuantizeCases.awkwardDequantize());
        row(Requantize.class, QuantizeCases::requantize, QuantizeCases.awkwardRequantize());
        row(DynamicQuantize.class, QuantizeCases::dynamic, QuantizeCases.awkwardDynamic());
        row(While.class, ControlCases::loop, ControlCases.awkwardLoop());
        row(If.class, ControlCases::branch, ControlCases.awkwardBranch());
        row(Loop.class, ControlCases::counted, ControlCases.awkwardCounted());
        row(Cast.class, CastCases::random, CastCases.awkward());
    }

    private OpCases() {}

    private static void row(
            Class<? extends Op> type, Function<Draw, OpCase> draw, List<OpCase> awkward) {
        ROWS.add(new Row(type, draw, List.copyOf(awkward)));
    }

    /** All rows. */
    public static List<Row> rows() {
        return List.copyOf(ROWS);
    }

    /** The row of an operator. */
    public static Row row(Class<? extends Op> type) {
        return ROWS.stream()
                .filter(r -> r.type() == type)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no cases of " + type.getSimpleName()));
    }

    /** Random cases of every operator, each as likely. */
    public static Arbitrary<OpCase> any() {
        return Arbitraries.of(ROWS).flatMap(Row::arbitrary);
    }

    /** The awkward cases of every operator. */
    public static List<OpCase> awkward() {
        return ROWS.stream().flatMap(r -> r.awkward().stream()).toList();
    }
}

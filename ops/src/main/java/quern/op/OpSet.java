package quern.op;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
 * The table of operators: each row has the name in the graph text, the record and how its
 * attributes are read. Every other table of the project is checked against it. Immutable.
 */
public final class OpSet {
    /** One operator: its name, its record and the reader of its attributes. */
    public record Row(String name, Class<? extends Op> type, Function<Attributes, Op> read) {
        /** A record without components. */
        private Row(String name, Op op) {
            this(name, op.getClass(), a -> op);
        }
    }

    private static final OpSet STANDARD =
            new OpSet(
                    List.of(
                            new Row("Conv2d", Conv2d.class, Conv2d::read),
                            new Row(
                                    "DepthwiseConv2d",
                                    DepthwiseConv2d.class,
                                    DepthwiseConv2d::read),
                            new Row("TransposeConv", TransposeConv.class, TransposeConv::read),
                            new Row("FullyConnected", FullyConnected.class, FullyConnected::read),
                            new Row("Add", Add.class, Add::read),
                            new Row("Sub", Sub.class, Sub::read),
                            new Row("Mul", Mul.class, Mul::read),
                            new Row("Maximum", new Maximum()),
                            new Row("Minimum", new Minimum()),
                            new Row("Div", Div.class, Div::read),
                            new Row("FloorDiv", new FloorDiv()),
                            new Row("FloorMod", new FloorMod()),
                            new Row("Pow", new Pow()),
                            new Row("SquaredDifference", new SquaredDifference()),
                            new Row("Atan2", new Atan2()),
                            new Row("Abs", new Abs()),
                            new Row("Neg", new Neg()),
                            new Row("Sign", new Sign()),
                            new Row("Exp", new Exp()),
                            new Row("Log", new Log()),
                            new Row("Sqrt", new Sqrt()),
                            new Row("Rsqrt", new Rsqrt()),
                            new Row("Square", new Square()),
                            new Row("Floor", new Floor()),
                            new Row("Ceil", new Ceil()),
                            new Row("Round", new Round()),
                            new Row("Sin", new Sin()),
                            new Row("Cos", new Cos()),
                            new Row("Erf", new Erf()),
                            new Row("Elu", Elu.class, Elu::read),
                            new Row("Gelu", Gelu.class, Gelu::read),
                            new Row("Silu", new Silu()),
                            new Row("ReluN1To1", new ReluN1To1()),
                            new Row("Relu0To1", new Relu0To1()),
                            new Row("LogSoftmax", LogSoftmax.class, LogSoftmax::read),
                            new Row(
                                    "LocalResponseNormalization",
                                    LocalResponseNormalization.class,
                                    LocalResponseNormalization::read),
                            new Row("L2Pool2d", L2Pool2d.class, L2Pool2d::read),
                            new Row("AveragePool2d", AveragePool2d.class, AveragePool2d::read),
                            new Row("MaxPool2d", MaxPool2d.class, MaxPool2d::read),
                            new Row("Mean", Mean.class, Mean::read),
                            new Row("Relu", new Relu()),
                            new Row("Relu6", new Relu6()),
                            new Row("Softmax", Softmax.class, Softmax::read),
                            new Row("Logistic", new Logistic()),
                            new Row("Tanh", new Tanh()),
                            new Row("LeakyRelu", LeakyRelu.class, LeakyRelu::read),
                            new Row("HardSwish", new HardSwish()),
                            new Row("PRelu", new PRelu()),
                            new Row("ResizeBilinear", ResizeBilinear.class, ResizeBilinear::read),
                            new Row(
                                    "ResizeNearestNeighbor",
                                    ResizeNearestNeighbor.class,
                                    ResizeNearestNeighbor::read),
                            new Row("Sum", Sum.class, Sum::read),
                            new Row("ReduceMax", ReduceMax.class, ReduceMax::read),
                            new Row("ReduceMin", ReduceMin.class, ReduceMin::read),
                            new Row("L2Normalization", new L2Normalization()),
                            new Row(
                                    "LayerNormalization",
                                    LayerNormalization.class,
                                    LayerNormalization::read),
                            new Row("BatchMatmul", BatchMatmul.class, BatchMatmul::read),
                            new Row("ReduceProd", ReduceProd.class, ReduceProd::read),
                            new Row("ReduceAny", ReduceAny.class, ReduceAny::read),
                            new Row("ReduceAll", ReduceAll.class, ReduceAll::read),
                            new Row("ArgMax", ArgMax.class, ArgMax::read),
                            new Row("ArgMin", ArgMin.class, ArgMin::read),
                            new Row("TopK", TopK.class, TopK::read),
                            new Row("CumSum", CumSum.class, CumSum::read),
                            new Row(
                                    "NonMaxSuppression",
                                    NonMaxSuppression.class,
                                    NonMaxSuppression::read),
                            new Row("Equal", new Equal()),
                            new Row("NotEqual", new NotEqual()),
                            new Row("Less", new Less()),
                            new Row("LessEqual", new LessEqual()),
                            new Row("Greater", new Greater()),
                            new Row("GreaterEqual", new GreaterEqual()),
                            new Row("LogicalAnd", new LogicalAnd()),
                            new Row("LogicalOr", new LogicalOr()),
                            new Row("LogicalXor", new LogicalXor()),
                            new Row("LogicalNot", new LogicalNot()),
                            new Row("BitwiseXor", new BitwiseXor()),
                            new Row("RightShift", new RightShift()),
                            new Row("Select", new Select()),
                            new Row("Reshape", Reshape.class, Reshape::read),
                            new Row("Transpose", Transpose.class, Transpose::read),
                            new Row("Pad", Pad.class, Pad::read),
                            new Row("Concat", Concat.class, Concat::read),
                            new Row("Lstm", Lstm.class, Lstm::read),
                            new Row("Slice", Slice.class, Slice::read),
                            new Row("DynamicSlice", DynamicSlice.class, DynamicSlice::read),
                            new Row("DynamicUpdateSlice", new DynamicUpdateSlice()),
                            new Row("Gather", Gather.class, Gather::read),
                            new Row("GatherNd", GatherNd.class, GatherNd::read),
                            new Row("ScatterNd", ScatterNd.class, ScatterNd::read),
                            new Row("Tile", Tile.class, Tile::read),
                            new Row("BroadcastTo", BroadcastTo.class, BroadcastTo::read),
                            new Row("MirrorPad", MirrorPad.class, MirrorPad::read),
                            new Row("SpaceToDepth", SpaceToDepth.class, SpaceToDepth::read),
                            new Row("DepthToSpace", DepthToSpace.class, DepthToSpace::read),
                            new Row("SpaceToBatch", SpaceToBatch.class, SpaceToBatch::read),
                            new Row("BatchToSpace", BatchToSpace.class, BatchToSpace::read),
                            new Row(
                                    "ReverseSequence",
                                    ReverseSequence.class,
                                    ReverseSequence::read),
                            new Row("OneHot", OneHot.class, OneHot::read),
                            new Row("Range", Range.class, Range::read),
                            new Row("Rnn", Rnn.class, Rnn::read),
                            new Row("Svdf", Svdf.class, Svdf::read),
                            new Row("Rfft2d", Rfft2d.class, Rfft2d::read),
                            new Row("ComplexAbs", new ComplexAbs()),
                            new Row("Real", new Real()),
                            new Row("Imag", new Imag()),
                            new Row("ClampGradient", new ClampGradient()),
                            new Row(
                                    "ConvInputGradient",
                                    ConvInputGradient.class,
                                    ConvInputGradient::read),
                            new Row(
                                    "ConvFilterGradient",
                                    ConvFilterGradient.class,
                                    ConvFilterGradient::read),
                            new Row(
                                    "MaxPoolGradient",
                                    MaxPoolGradient.class,
                                    MaxPoolGradient::read),
                            new Row(
                                    "DetectionPostProcess",
                                    DetectionPostProcess.class,
                                    DetectionPostProcess::read),
                            new Row("ShapeOf", new ShapeOf()),
                            new Row("NonZero", new NonZero()),
                            new Row("BoxSelection", BoxSelection.class, BoxSelection::read),
                            new Row("ReshapeBy", ReshapeBy.class, ReshapeBy::read),
                            new Row("BroadcastBy", new BroadcastBy()),
                            new Row("TileBy", new TileBy()),
                            new Row("PadBy", new PadBy()),
                            new Row("SliceBy", new SliceBy()),
                            new Row("RangeBy", new RangeBy()),
                            new Row("Cast", Cast.class, Cast::read),
                            new Row("Quantize", new Quantize()),
                            new Row("Dequantize", new Dequantize()),
                            new Row("Requantize", new Requantize()),
                            new Row("DynamicQuantize", new DynamicQuantize()),
                            new Row("While", While.class, While::read),
                            new Row("If", If.class, If::read),
                            new Row("Loop", Loop.class, Loop::read)));

    private final Map<String, Row> byName = new LinkedHashMap<>();
    private final Map<Class<? extends Op>, Row> byType = new LinkedHashMap<>();

    private OpSet(List<Row> rows) {
        for (Row r : rows) {
            if (byName.put(r.name(), r) != null || byType.put(r.type(), r) != null) {
                throw new IllegalArgumentException(
                        "operator " + r.name() + " stands in the table twice");
            }
        }
    }

    /** All operators of Quern. */
    public static OpSet standard() {
        return STANDARD;
    }

    /** This table with one more operator. */
    public OpSet with(Row row) {
        List<Row> rows = new ArrayList<>(byName.values());
        rows.add(row);
        return new OpSet(rows);
    }

    /** All rows in the order of the table. */
    public Collection<Row> rows() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /** The row of an operator's name. */
    public Optional<Row> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The name of an operator; its class name if it does not stand in this table. */
    public String name(Op op) {
        Row row = byType.get(op.getClass());
        return row == null ? op.getClass().getSimpleName() : row.name();
    }

    /** Whether the operator stands in this table. */
    public boolean contains(Op op) {
        return byType.containsKey(op.getClass());
    }
}

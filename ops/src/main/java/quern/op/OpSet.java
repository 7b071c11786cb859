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
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.control.If;
import quern.op.control.While;
import quern.op.detection.DetectionPostProcess;
import quern.op.detection.NonMaxSuppression;
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
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.op.recurrent.Lstm;
import quern.op.recurrent.Rnn;
import quern.op.recurrent.Svdf;
import quern.op.reduction.ArgMax;
import quern.op.reduction.ArgMin;
import quern.op.reduction.CumSum;
import quern.op.reduction.L2Normalization;
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
    public record Row(String name, Class<? extends Op> type, Function<Attributes, Op> read) {}

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
                            new Row("Maximum", Maximum.class, a -> new Maximum()),
                            new Row("Minimum", Minimum.class, a -> new Minimum()),
                            new Row("Div", Div.class, Div::read),
                            new Row("FloorDiv", FloorDiv.class, a -> new FloorDiv()),
                            new Row("FloorMod", FloorMod.class, a -> new FloorMod()),
                            new Row("Pow", Pow.class, a -> new Pow()),
                            new Row(
                                    "SquaredDifference",
                                    SquaredDifference.class,
                                    a -> new SquaredDifference()),
                            new Row("Atan2", Atan2.class, a -> new Atan2()),
                            new Row("Abs", Abs.class, a -> new Abs()),
                            new Row("Neg", Neg.class, a -> new Neg()),
                            new Row("Sign", Sign.class, a -> new Sign()),
                            new Row("Exp", Exp.class, a -> new Exp()),
                            new Row("Log", Log.class, a -> new Log()),
                            new Row("Sqrt", Sqrt.class, a -> new Sqrt()),
                            new Row("Rsqrt", Rsqrt.class, a -> new Rsqrt()),
                            new Row("Square", Square.class, a -> new Square()),
                            new Row("Floor", Floor.class, a -> new Floor()),
                            new Row("Ceil", Ceil.class, a -> new Ceil()),
                            new Row("Round", Round.class, a -> new Round()),
                            new Row("Sin", Sin.class, a -> new Sin()),
                            new Row("Cos", Cos.class, a -> new Cos()),
                            new Row("Elu", Elu.class, Elu::read),
                            new Row("Gelu", Gelu.class, Gelu::read),
                            new Row("ReluN1To1", ReluN1To1.class, a -> new ReluN1To1()),
                            new Row("Relu0To1", Relu0To1.class, a -> new Relu0To1()),
                            new Row("LogSoftmax", LogSoftmax.class, LogSoftmax::read),
                            new Row(
                                    "LocalResponseNormalization",
                                    LocalResponseNormalization.class,
                                    LocalResponseNormalization::read),
                            new Row("L2Pool2d", L2Pool2d.class, L2Pool2d::read),
                            new Row("AveragePool2d", AveragePool2d.class, AveragePool2d::read),
                            new Row("MaxPool2d", MaxPool2d.class, MaxPool2d::read),
                            new Row("Mean", Mean.class, Mean::read),
                            new Row("Relu", Relu.class, a -> new Relu()),
                            new Row("Relu6", Relu6.class, a -> new Relu6()),
                            new Row("Softmax", Softmax.class, Softmax::read),
                            new Row("Logistic", Logistic.class, a -> new Logistic()),
                            new Row("Tanh", Tanh.class, a -> new Tanh()),
                            new Row("LeakyRelu", LeakyRelu.class, LeakyRelu::read),
                            new Row("HardSwish", HardSwish.class, a -> new HardSwish()),
                            new Row("PRelu", PRelu.class, a -> new PRelu()),
                            new Row("ResizeBilinear", ResizeBilinear.class, ResizeBilinear::read),
                            new Row(
                                    "ResizeNearestNeighbor",
                                    ResizeNearestNeighbor.class,
                                    ResizeNearestNeighbor::read),
                            new Row("Sum", Sum.class, Sum::read),
                            new Row("ReduceMax", ReduceMax.class, ReduceMax::read),
                            new Row("ReduceMin", ReduceMin.class, ReduceMin::read),
                            new Row(
                                    "L2Normalization",
                                    L2Normalization.class,
                                    a -> new L2Normalization()),
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
                            new Row("Equal", Equal.class, a -> new Equal()),
                            new Row("NotEqual", NotEqual.class, a -> new NotEqual()),
                            new Row("Less", Less.class, a -> new Less()),
                            new Row("LessEqual", LessEqual.class, a -> new LessEqual()),
                            new Row("Greater", Greater.class, a -> new Greater()),
                            new Row("GreaterEqual", GreaterEqual.class, a -> new GreaterEqual()),
                            new Row("LogicalAnd", LogicalAnd.class, a -> new LogicalAnd()),
                            new Row("LogicalOr", LogicalOr.class, a -> new LogicalOr()),
                            new Row("LogicalXor", LogicalXor.class, a -> new LogicalXor()),
                            new Row("LogicalNot", LogicalNot.class, a -> new LogicalNot()),
                            new Row("BitwiseXor", BitwiseXor.class, a -> new BitwiseXor()),
                            new Row("RightShift", RightShift.class, a -> new RightShift()),
                            new Row("Select", Select.class, a -> new Select()),
                            new Row("Reshape", Reshape.class, Reshape::read),
                            new Row("Transpose", Transpose.class, Transpose::read),
                            new Row("Pad", Pad.class, Pad::read),
                            new Row("Concat", Concat.class, Concat::read),
                            new Row("Lstm", Lstm.class, Lstm::read),
                            new Row("Slice", Slice.class, Slice::read),
                            new Row("DynamicSlice", DynamicSlice.class, DynamicSlice::read),
                            new Row(
                                    "DynamicUpdateSlice",
                                    DynamicUpdateSlice.class,
                                    a -> new DynamicUpdateSlice()),
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
                            new Row("ComplexAbs", ComplexAbs.class, a -> new ComplexAbs()),
                            new Row("Real", Real.class, a -> new Real()),
                            new Row("Imag", Imag.class, a -> new Imag()),
                            new Row(
                                    "DetectionPostProcess",
                                    DetectionPostProcess.class,
                                    DetectionPostProcess::read),
                            new Row("Cast", Cast.class, Cast::read),
                            new Row("Quantize", Quantize.class, a -> new Quantize()),
                            new Row("Dequantize", Dequantize.class, a -> new Dequantize()),
                            new Row("Requantize", Requantize.class, a -> new Requantize()),
                            new Row("While", While.class, While::read),
                            new Row("If", If.class, If::read)));

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

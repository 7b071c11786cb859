package quern.formats.tflite;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * The table of TFLite operators: for each operator of Quern the TFLite operators that are read as
 * it, or why there is none. Immutable.
 */
public final class TfliteOps {
    /**
     * A TFLite operator: its builtin code and name, the newest version that is read, and its
     * reader.
     */
    record Form(int code, String name, int version, OperatorReader reader) {
        Form(int code, int version, OperatorReader reader) {
            this(code, BuiltinOperators.name(code), version, reader);
        }

        /** An operator without options on {@code inputs} inputs. */
        Form(int code, int version, Op op, int inputs) {
            this(code, version, OperatorReader.plain(op, inputs));
        }

        /** A custom operator. */
        Form(String name, OperatorReader reader) {
            this(BuiltinOperators.CUSTOM, "CUSTOM " + name, 1, reader);
        }
    }

    /**
     * One operator of Quern.
     *
     * @param type its record
     * @param forms the TFLite operators that are read as it
     * @param absence why there are none; empty if there are some
     */
    record Row(Class<? extends Op> type, List<Form> forms, String absence) {}

    private static final Form SLICE = new Form(65, 6, SliceReaders::slice);

    private static final Form STRIDED_SLICE = new Form(45, 8, SliceReaders::stridedSlice);

    private static final Form QUANTIZE = new Form(114, 3, ElementwiseReaders::quantize);

    private static final List<Row> ROWS =
            List.of(
                    row(Conv2d.class, new Form(3, 8, WeightReaders::conv2d)),
                    row(DepthwiseConv2d.class, new Form(4, 7, WeightReaders::depthwiseConv2d)),
                    row(TransposeConv.class, new Form(67, 5, WeightReaders::transposeConv)),
                    row(FullyConnected.class, new Form(9, 13, WeightReaders::fullyConnected)),
                    row(
                            Add.class,
                            new Form(0, 5, ElementwiseReaders::add),
                            new Form(106, 1, MathReaders::addN)),
                    row(Sub.class, new Form(41, 5, ElementwiseReaders::sub)),
                    row(Mul.class, new Form(18, 7, ElementwiseReaders::mul)),
                    row(Maximum.class, new Form(55, 4, ElementwiseReaders::maximum)),
                    row(Minimum.class, new Form(57, 4, ElementwiseReaders::minimum)),
                    row(Div.class, new Form(42, 2, MathReaders::div)),
                    row(FloorDiv.class, new Form(90, 3, new FloorDiv(), 2)),
                    row(FloorMod.class, new Form(95, 2, new FloorMod(), 2)),
                    row(Pow.class, new Form(78, 1, new Pow(), 2)),
                    row(SquaredDifference.class, new Form(99, 2, new SquaredDifference(), 2)),
                    row(Atan2.class, new Form(156, 1, new Atan2(), 2)),
                    row(Abs.class, new Form(101, 5, new Abs(), 1)),
                    row(Neg.class, new Form(59, 1, new Neg(), 1)),
                    row(Sign.class, new Form(158, 2, new Sign(), 1)),
                    row(Exp.class, new Form(47, 2, new Exp(), 1)),
                    row(Log.class, new Form(73, 2, new Log(), 1)),
                    row(Sqrt.class, new Form(75, 1, new Sqrt(), 1)),
                    row(Rsqrt.class, new Form(76, 3, new Rsqrt(), 1)),
                    row(Square.class, new Form(92, 1, new Square(), 1)),
                    row(Floor.class, new Form(8, 1, new Floor(), 1)),
                    row(Ceil.class, new Form(104, 1, new Ceil(), 1)),
                    row(Round.class, new Form(116, 1, new Round(), 1)),
                    row(Sin.class, new Form(66, 1, new Sin(), 1)),
                    absent(Erf.class, "TFLite has only GELU"),
                    row(Cos.class, new Form(108, 1, new Cos(), 1)),
                    row(Elu.class, new Form(111, 1, new Elu(1), 1)),
                    row(Gelu.class, new Form(150, 2, MathReaders::gelu)),
                    absent(Silu.class, "TFLite multiplies with LOGISTIC"),
                    row(ReluN1To1.class, new Form(20, 1, new ReluN1To1(), 1)),
                    row(Relu0To1.class, new Form(152, 1, new Relu0To1(), 1)),
                    row(LogSoftmax.class, new Form(50, 2, MathReaders::logSoftmax)),
                    row(
                            LocalResponseNormalization.class,
                            new Form(13, 1, MathReaders::localResponse)),
                    row(L2Pool2d.class, new Form(12, 1, PoolingReaders::l2Pool2d)),
                    row(AveragePool2d.class, new Form(1, 3, PoolingReaders::averagePool2d)),
                    row(MaxPool2d.class, new Form(17, 3, PoolingReaders::maxPool2d)),
                    row(Mean.class, new Form(40, 3, ReductionReaders::mean)),
                    row(Relu.class, new Form(19, 3, ElementwiseReaders::relu)),
                    row(Relu6.class, new Form(21, 3, ElementwiseReaders::relu6)),
                    row(Softmax.class, new Form(25, 3, ElementwiseReaders::softmax)),
                    row(Logistic.class, new Form(14, 3, ElementwiseReaders::logistic)),
                    row(Tanh.class, new Form(28, 3, ElementwiseReaders::tanh)),
                    row(LeakyRelu.class, new Form(98, 2, ElementwiseReaders::leakyRelu)),
                    row(HardSwish.class, new Form(117, 1, ElementwiseReaders::hardSwish)),
                    row(PRelu.class, new Form(54, 1, ElementwiseReaders::prelu)),
                    row(ResizeBilinear.class, new Form(23, 4, ResizeReaders::bilinear)),
                    row(
                            ResizeNearestNeighbor.class,
                            new Form(97, 4, ResizeReaders::nearestNeighbor)),
                    row(Sum.class, new Form(74, 2, ReductionReaders::sum)),
                    row(ReduceMax.class, new Form(82, 3, ReductionReaders::max)),
                    row(ReduceMin.class, new Form(89, 3, ReductionReaders::min)),
                    row(L2Normalization.class, new Form(11, 2, ReductionReaders::l2Normalization)),
                    absent(LayerNormalization.class, "TFLite has only its parts"),
                    row(BatchMatmul.class, new Form(126, 4, WeightReaders::batchMatmul)),
                    row(ReduceProd.class, new Form(81, 2, ReductionReaders::product)),
                    row(ReduceAny.class, new Form(91, 1, ReductionReaders::any)),
                    row(ReduceAll.class, new Form(140, 1, ReductionReaders::all)),
                    row(ArgMax.class, new Form(56, 3, ReductionReaders::argMax)),
                    row(ArgMin.class, new Form(79, 3, ReductionReaders::argMin)),
                    row(TopK.class, new Form(48, 3, OrderReaders::topK)),
                    row(CumSum.class, new Form(128, 1, OrderReaders::cumSum)),
                    row(
                            NonMaxSuppression.class,
                            new Form(120, 1, OrderReaders::suppression),
                            new Form(121, 1, OrderReaders::suppression)),
                    row(Equal.class, new Form(71, 4, new Equal(), 2)),
                    row(NotEqual.class, new Form(72, 3, new NotEqual(), 2)),
                    row(Less.class, new Form(58, 3, new Less(), 2)),
                    row(LessEqual.class, new Form(63, 2, new LessEqual(), 2)),
                    row(Greater.class, new Form(61, 2, new Greater(), 2)),
                    row(GreaterEqual.class, new Form(62, 3, new GreaterEqual(), 2)),
                    row(LogicalAnd.class, new Form(86, 1, new LogicalAnd(), 2)),
                    row(LogicalOr.class, new Form(84, 1, new LogicalOr(), 2)),
                    absent(
                            NonZero.class,
                            "TFLite's WHERE is not read where values decide its size"),
                    absent(BoxSelection.class, "TFLite has operators of fixed size"),
                    absent(ShapeOf.class, "its readers compute the values"),
                    absent(ReshapeBy.class, "its readers compute the values"),
                    absent(BroadcastBy.class, "its readers compute the values"),
                    absent(TileBy.class, "its readers compute the values"),
                    absent(PadBy.class, "its readers compute the values"),
                    absent(SliceBy.class, "its readers compute the values"),
                    absent(RangeBy.class, "its readers compute the values"),
                    absent(LogicalXor.class, "TFLite has NOT_EQUAL of truth values for it"),
                    row(LogicalNot.class, new Form(87, 1, new LogicalNot(), 1)),
                    row(BitwiseXor.class, new Form(160, 1, new BitwiseXor(), 2)),
                    row(RightShift.class, new Form(161, 1, new RightShift(), 2)),
                    row(
                            Select.class,
                            new Form(64, 3, LogicReaders::select),
                            new Form(123, 2, new Select(), 3)),
                    row(Cast.class, new Form(53, 7, LogicReaders::cast)),
                    row(
                            Reshape.class,
                            new Form(22, 1, ShapeReaders::reshape),
                            new Form(43, 2, ShapeReaders::squeeze),
                            new Form(70, 1, ShapeReaders::expandDims)),
                    row(Transpose.class, new Form(39, 6, ShapeReaders::transpose)),
                    row(
                            Pad.class,
                            new Form(34, 4, ShapeReaders::pad),
                            new Form(60, 4, ShapeReaders::padV2),
                            new Form(113, 1, MoveReaders::matrixDiag)),
                    row(
                            Concat.class,
                            new Form(2, 4, ShapeReaders::concatenation),
                            new Form(83, 4, SliceReaders::pack)),
                    row(
                            Lstm.class,
                            new Form(44, 4, LstmReaders::unidirectional),
                            new Form(16, 4, LstmReaders::step),
                            new Form(52, 3, LstmReaders::bidirectional)),
                    row(
                            Slice.class,
                            SLICE,
                            STRIDED_SLICE,
                            new Form(49, 4, SliceReaders::split),
                            new Form(102, 2, SliceReaders::splitV),
                            new Form(88, 4, SliceReaders::unpack),
                            new Form(105, 3, SliceReaders::reverse)),
                    row(DynamicSlice.class, SLICE, STRIDED_SLICE),
                    row(
                            DynamicUpdateSlice.class,
                            new Form(151, 4, SliceReaders::dynamicUpdateSlice)),
                    row(
                            Gather.class,
                            new Form(36, 7, MoveReaders::gather),
                            new Form(7, 4, MoveReaders::embeddingLookup)),
                    row(GatherNd.class, new Form(107, 5, MoveReaders::gatherNd)),
                    row(
                            ScatterNd.class,
                            new Form(122, 1, MoveReaders::scatterNd),
                            new Form(68, 3, MoveReaders::sparseToDense),
                            new Form(115, 1, MoveReaders::matrixSetDiag)),
                    row(Tile.class, new Form(69, 3, MoveReaders::tile)),
                    row(
                            BroadcastTo.class,
                            new Form(130, 3, MoveReaders::broadcastTo),
                            new Form(94, 4, MoveReaders::fill),
                            new Form(93, 1, MoveReaders::zerosLike)),
                    row(MirrorPad.class, new Form(100, 3, MoveReaders::mirrorPad)),
                    row(SpaceToDepth.class, new Form(26, 2, MoveReaders::spaceToDepth)),
                    row(DepthToSpace.class, new Form(5, 2, MoveReaders::depthToSpace)),
                    row(SpaceToBatch.class, new Form(38, 4, MoveReaders::spaceToBatch)),
                    row(BatchToSpace.class, new Form(37, 4, MoveReaders::batchToSpace)),
                    row(ReverseSequence.class, new Form(112, 1, SliceReaders::reverseSequence)),
                    row(OneHot.class, new Form(85, 1, MoveReaders::oneHot)),
                    row(Range.class, new Form(96, 2, MoveReaders::range)),
                    row(
                            Rnn.class,
                            new Form(35, 3, RecurrentReaders::unidirectional),
                            new Form(24, 3, RecurrentReaders::step),
                            new Form(46, 3, RecurrentReaders::bidirectional)),
                    row(Svdf.class, new Form(27, 4, RecurrentReaders::svdf)),
                    row(Rfft2d.class, new Form(131, 1, SignalReaders::rfft2d)),
                    absent(ClampGradient.class, "TFLite files hold no training"),
                    absent(ConvInputGradient.class, "TFLite files hold no training"),
                    absent(ConvFilterGradient.class, "TFLite files hold no training"),
                    absent(MaxPoolGradient.class, "TFLite files hold no training"),
                    row(ComplexAbs.class, new Form(135, 1, new ComplexAbs(), 1)),
                    row(Real.class, new Form(134, 1, new Real(), 1)),
                    row(Imag.class, new Form(133, 1, new Imag(), 1)),
                    row(
                            DetectionPostProcess.class,
                            new Form("TFLite_Detection_PostProcess", DetectionReaders::read)),
                    row(Quantize.class, QUANTIZE),
                    row(Dequantize.class, new Form(6, 6, ElementwiseReaders::dequantize)),
                    row(Requantize.class, QUANTIZE),
                    absent(DynamicQuantize.class, "TFLite quantizes within other operators"),
                    row(While.class, new Form(119, 1, ControlReaders::loop)),
                    absent(Loop.class, "TFLite repeats with WHILE"),
                    row(If.class, new Form(118, 1, ControlReaders::branch)));

    /** Operators whose results are constants or values that are there already. */
    private static final List<Form> WITHOUT_NODE =
            List.of(
                    new Form(77, 1, ShapeReaders::shape),
                    new Form(145, 1, MoveReaders::broadcastArgs),
                    new Form(124, 1, ShapeReaders::densify),
                    new Form(109, 2, LogicReaders::where),
                    new Form(110, 1, ShapeReaders::rank),
                    new Form(206, 1, ControlReaders::composite),
                    new Form(129, 1, Variables::callOnce),
                    new Form(142, 1, Variables::handle),
                    new Form(143, 1, Variables::read),
                    new Form(144, 1, Variables::assign));

    /** Builtin operators that read complex numbers: RESHAPE, RFFT2D, IMAG, REAL, COMPLEX_ABS. */
    private static final Set<Integer> COMPLEX = Set.of(22, 131, 133, 134, 135);

    private static final Map<Integer, Form> BY_CODE = new HashMap<>();
    private static final Map<String, Form> CUSTOM = new HashMap<>();

    static {
        WITHOUT_NODE.forEach(TfliteOps::enter);
        ROWS.forEach(r -> r.forms().forEach(TfliteOps::enter));
    }

    private static void enter(Form f) {
        if (f.code() == BuiltinOperators.CUSTOM) {
            CUSTOM.put(f.name(), f);
        } else {
            BY_CODE.put(f.code(), f);
        }
    }

    private TfliteOps() {}

    private static Row row(Class<? extends Op> type, Form... forms) {
        return new Row(type, List.of(forms), "");
    }

    /** A row of an operator that TFLite does not have. */
    static Row absent(Class<? extends Op> type, String why) {
        return new Row(type, List.of(), why);
    }

    /** The reader of a builtin operator code, or of a custom operator's name. */
    static Optional<Form> find(int code, String name) {
        return Optional.ofNullable(
                code == BuiltinOperators.CUSTOM ? CUSTOM.get(name) : BY_CODE.get(code));
    }

    /** Whether the operator may read complex numbers. */
    static boolean readsComplex(Form form) {
        return COMPLEX.contains(form.code());
    }

    private static Optional<Row> rowOf(Class<? extends Op> type) {
        return ROWS.stream().filter(r -> r.type() == type).findFirst();
    }

    /** Whether the table has a row for an operator of Quern. */
    public static boolean has(Class<? extends Op> type) {
        return rowOf(type).isPresent();
    }

    /**
     * Names of the TFLite operators that are read as an operator of Quern; none if TFLite has none.
     */
    public static List<String> names(Class<? extends Op> type) {
        return forms(type).stream().map(Form::name).toList();
    }

    /** The TFLite operators that no node of the graph stands for. */
    static List<Form> withoutNode() {
        return WITHOUT_NODE;
    }

    /** The TFLite operators that are read as an operator of Quern. */
    static List<Form> forms(Class<? extends Op> type) {
        return rowOf(type).map(Row::forms).orElse(List.of());
    }

    /** Why no TFLite operator is read as this one; empty if some are. */
    public static String absence(Class<? extends Op> type) {
        return rowOf(type).map(Row::absence).orElse("");
    }
}

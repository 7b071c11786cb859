package quern.formats.onnx;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import quern.op.Activation;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.logic.BitwiseXor;
import quern.op.logic.Equal;
import quern.op.logic.Greater;
import quern.op.logic.GreaterEqual;
import quern.op.logic.Less;
import quern.op.logic.LessEqual;
import quern.op.logic.LogicalAnd;
import quern.op.logic.LogicalOr;
import quern.op.logic.LogicalXor;
import quern.op.math.Abs;
import quern.op.math.Add;
import quern.op.math.Ceil;
import quern.op.math.Cos;
import quern.op.math.Erf;
import quern.op.math.Exp;
import quern.op.math.Floor;
import quern.op.math.Log;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Neg;
import quern.op.math.Round;
import quern.op.math.Sign;
import quern.op.math.Sin;
import quern.op.math.Sqrt;
import quern.op.math.Sub;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.ReduceProd;
import quern.op.reduction.Sum;

/**
 * The table of ONNX operators: how each is read. A reader looks at the version of the operator set
 * itself, where versions differ.
 */
final class OnnxOps {
    /** The domain of the operators that ONNX Runtime adds. */
    static final String MICROSOFT = "com.microsoft";

    private static final Map<String, Row> ROWS = new LinkedHashMap<>();

    /** Turns a node of a model into nodes of a graph. */
    @FunctionalInterface
    interface Reader {
        void read(OnnxNode node);
    }

    /**
     * One operator.
     *
     * @param domain empty for ONNX's own
     * @param name the operator
     * @param since the first operator set that has it
     * @param reader how it is read
     */
    record Row(String domain, String name, int since, Reader reader) {}

    static {
        row("Constant", 1, ShapeReaders::constant);
        row("ConstantOfShape", 9, ShapeReaders::constantOfShape);
        row("Identity", 1, ShapeReaders::identity);
        row("Shape", 1, ShapeReaders::shape);
        row("Size", 1, ShapeReaders::size);
        row("Reshape", 1, ShapeReaders::reshape);
        row("Flatten", 1, ShapeReaders::flatten);
        row("Squeeze", 1, ShapeReaders::squeeze);
        row("Unsqueeze", 1, ShapeReaders::unsqueeze);
        row("Expand", 8, ShapeReaders::expand);
        row("Tile", 1, ShapeReaders::tile);
        row("Slice", 1, ShapeReaders::slice);
        row("Concat", 1, ShapeReaders::concat);
        row("Transpose", 1, ShapeReaders::transpose);
        row("Gather", 1, ShapeReaders::gather);
        row("Split", 1, ShapeReaders::split);
        row("Pad", 1, ShapeReaders::pad);
        row("Range", 11, ShapeReaders::range);
        row("Cast", 1, ShapeReaders::cast);
        row("Add", 1, MathReaders.binary(() -> new Add(Activation.NONE)));
        row("Sub", 1, MathReaders.binary(() -> new Sub(Activation.NONE)));
        row("Mul", 1, MathReaders.binary(() -> new Mul(Activation.NONE)));
        row("Div", 1, MathReaders::div);
        row("Pow", 1, MathReaders::pow);
        row("Mod", 10, MathReaders::mod);
        row("Sum", 1, MathReaders.variadic(() -> new Add(Activation.NONE)));
        row("Max", 1, MathReaders.variadic(Maximum::new));
        row("Min", 1, MathReaders.variadic(Minimum::new));
        row("Mean", 1, MathReaders::mean);
        row("Abs", 1, MathReaders.unary(Abs::new));
        row("Neg", 1, MathReaders.unary(Neg::new));
        row("Sign", 9, MathReaders.unary(Sign::new));
        row("Exp", 1, MathReaders.unary(Exp::new));
        row("Log", 1, MathReaders.unary(Log::new));
        row("Sqrt", 1, MathReaders.unary(Sqrt::new));
        row("Floor", 1, MathReaders.unary(Floor::new));
        row("Ceil", 1, MathReaders.unary(Ceil::new));
        row("Round", 11, MathReaders.unary(Round::new));
        row("Sin", 7, MathReaders.unary(Sin::new));
        row("Cos", 7, MathReaders.unary(Cos::new));
        row("Erf", 9, MathReaders.unary(Erf::new));
        row("Reciprocal", 1, MathReaders::reciprocal);
        row("Tan", 7, MathReaders::tan);
        row("Asin", 7, MathReaders::asin);
        row("Acos", 7, MathReaders::acos);
        row("Atan", 7, MathReaders::atan);
        row("Sinh", 9, MathReaders::sinh);
        row("Cosh", 9, MathReaders::cosh);
        row("Asinh", 9, MathReaders::asinh);
        row("Acosh", 9, MathReaders::acosh);
        row("Atanh", 9, MathReaders::atanh);
        row("Clip", 1, MathReaders::clip);
        row("Relu", 1, MathReaders.unary(Relu::new));
        row("Tanh", 1, MathReaders.unary(Tanh::new));
        row("Sigmoid", 1, MathReaders::sigmoid);
        row("LeakyRelu", 1, MathReaders::leakyRelu);
        row("PRelu", 1, MathReaders::pRelu);
        row("Elu", 1, MathReaders::elu);
        row("Selu", 1, MathReaders::selu);
        row("Celu", 12, MathReaders::celu);
        row("Gelu", 20, MathReaders::gelu);
        row("HardSigmoid", 1, MathReaders::hardSigmoid);
        row("HardSwish", 14, MathReaders::hardSwish);
        row("Softplus", 1, MathReaders::softplus);
        row("Mish", 18, MathReaders::mish);
        row("Softsign", 1, MathReaders::softsign);
        row("ThresholdedRelu", 10, MathReaders::thresholdedRelu);
        row("Shrink", 9, MathReaders::shrink);
        row("Equal", 1, LogicReaders.compare(Equal::new));
        row("Less", 1, LogicReaders.compare(Less::new));
        row("LessOrEqual", 12, LogicReaders.compare(LessEqual::new));
        row("Greater", 1, LogicReaders.compare(Greater::new));
        row("GreaterOrEqual", 12, LogicReaders.compare(GreaterEqual::new));
        row("And", 1, LogicReaders.truth(LogicalAnd::new));
        row("Or", 1, LogicReaders.truth(LogicalOr::new));
        row("Xor", 1, LogicReaders.truth(LogicalXor::new));
        row("Not", 1, LogicReaders::not);
        row("Where", 9, LogicReaders::where);
        row("IsNaN", 9, LogicReaders::isNaN);
        row("IsInf", 10, LogicReaders::isInf);
        row("BitShift", 11, LogicReaders::bitShift);
        row("BitwiseXor", 18, LogicReaders.truth(BitwiseXor::new));
        row("BitwiseNot", 18, LogicReaders::bitwiseNot);
        row("ReduceSum", 1, ReductionReaders.reduce(Sum::new));
        row("ReduceMean", 1, ReductionReaders.reduce(Mean::new));
        row("ReduceMax", 1, ReductionReaders.reduce(ReduceMax::new));
        row("ReduceMin", 1, ReductionReaders.reduce(ReduceMin::new));
        row("ReduceProd", 1, ReductionReaders.reduce(ReduceProd::new));
        row("ReduceL1", 1, ReductionReaders::l1);
        row("ReduceL2", 1, ReductionReaders::l2);
        row("ReduceSumSquare", 1, ReductionReaders::sumSquare);
        row("ReduceLogSum", 1, ReductionReaders::logSum);
        row("ReduceLogSumExp", 1, ReductionReaders::logSumExp);
        row("ArgMax", 1, ReductionReaders::argMax);
        row("ArgMin", 1, ReductionReaders::argMin);
        row("TopK", 1, ReductionReaders::topK);
        row("CumSum", 11, ReductionReaders::cumSum);
        row("Softmax", 1, ReductionReaders::softmax);
        row("LogSoftmax", 1, ReductionReaders::logSoftmax);
        row("Hardmax", 1, ReductionReaders::hardmax);
        row("OneHot", 9, ReductionReaders::oneHot);
        row("NegativeLogLikelihoodLoss", 12, ReductionReaders::negativeLogLikelihood);
        row("SoftmaxCrossEntropyLoss", 12, ReductionReaders::crossEntropy);
        row("EyeLike", 9, ReductionReaders::eyeLike);
        row("Trilu", 14, ReductionReaders::trilu);
        row("Conv", 1, NnReaders::conv);
        row("ConvTranspose", 1, DeepReaders::convTranspose);
        row("Gemm", 1, NnReaders::gemm);
        row("MatMul", 1, NnReaders::matMul);
        row("BatchNormalization", 1, NormalizationReaders::batchNormalization);
        row("InstanceNormalization", 1, NormalizationReaders::instanceNormalization);
        row("LayerNormalization", 1, NormalizationReaders::layerNormalization);
        row("GroupNormalization", 18, NormalizationReaders::groupNormalization);
        row("RMSNormalization", 23, NormalizationReaders::rmsNormalization);
        row("MeanVarianceNormalization", 9, NormalizationReaders::meanVarianceNormalization);
        row("LRN", 1, NormalizationReaders::lrn);
        row("Dropout", 1, NnReaders::dropout);
        row("MaxPool", 1, PoolingReaders::max);
        row("AveragePool", 1, PoolingReaders::average);
        row("LpPool", 1, PoolingReaders::lp);
        row("GlobalAveragePool", 1, PoolingReaders::globalAverage);
        row("GlobalMaxPool", 1, PoolingReaders::globalMax);
        row("GlobalLpPool", 1, PoolingReaders::globalLp);
        row("Resize", 10, ResizeReaders::resize);
        row("Upsample", 7, ResizeReaders::upsample);
        row("GatherElements", 11, IndexReaders::gatherElements);
        row("GatherND", 11, IndexReaders::gatherNd);
        row("ScatterElements", 11, IndexReaders::scatterElements);
        row("Scatter", 9, IndexReaders::scatterElements);
        row("ScatterND", 11, IndexReaders::scatterNd);
        row("DepthToSpace", 1, IndexReaders::depthToSpace);
        row("SpaceToDepth", 1, IndexReaders::spaceToDepth);
        row("ReverseSequence", 10, IndexReaders::reverseSequence);
        row("CenterCropPad", 18, IndexReaders::centerCropPad);
        row("NonZero", 9, IndexReaders::nonZero);
        row("Compress", 9, IndexReaders::compress);
        row("NonMaxSuppression", 10, IndexReaders::nonMaxSuppression);
        row("RNN", 1, RecurrentReaders::rnn);
        row("GRU", 1, RecurrentReaders::gru);
        row("LSTM", 1, RecurrentReaders::lstm);
        row("CastLike", 15, o -> ShapeReaders.castTo(o, o.type(1).dtype()));
        microsoft("Gelu", MathReaders::gelu);
        row("Einsum", 12, EinsumReader::read);
        row("GridSample", 16, SamplingReaders::gridSample);
        row("RoiAlign", 10, SamplingReaders::roiAlign);
        row("HannWindow", 17, SignalReaders.window(0.5, -0.5));
        row("HammingWindow", 17, SignalReaders.window(25.0 / 46, -21.0 / 46));
        row("BlackmanWindow", 17, SignalReaders.window(0.42, -0.5, 0.08));
        row("MelWeightMatrix", 17, SignalReaders::melWeightMatrix);
        row("DFT", 17, SignalReaders::dft);
        row("STFT", 17, SignalReaders::stft);
        row("If", 1, ControlReaders::branch);
        row("Loop", 1, ControlReaders::loop);
        row("Scan", 8, ControlReaders::scan);
        row("SimplifiedLayerNormalization", 1, NormalizationReaders::rmsNormalization);
        microsoft("FusedConv", MicrosoftReaders::fusedConv);
        microsoft("FusedMatMul", MicrosoftReaders::fusedMatMul);
        microsoft("FastGelu", MicrosoftReaders.gelu(true));
        microsoft("BiasGelu", MicrosoftReaders.gelu(false));
        microsoft("QuickGelu", MicrosoftReaders::quickGelu);
        microsoft("SkipLayerNormalization", MicrosoftReaders::skipLayerNormalization);
        microsoft(
                "SkipSimplifiedLayerNormalization",
                MicrosoftReaders::skipSimplifiedLayerNormalization);
        microsoft("MatMulNBits", MicrosoftReaders::matMulNBits);
        both("QuantizeLinear", 10, QuantReaders::quantize);
        both("DequantizeLinear", 10, QuantReaders::dequantize);
        row("DynamicQuantizeLinear", 11, QuantReaders::dynamic);
        row("QLinearConv", 10, IntegerReaders::qLinearConv);
        row("QLinearMatMul", 10, IntegerReaders::qLinearMatMul);
        row("ConvInteger", 10, IntegerReaders::convInteger);
        row("MatMulInteger", 10, IntegerReaders::matMulInteger);
        microsoft("MatMulIntegerToFloat", IntegerReaders::matMulIntegerToFloat);
        microsoft("DynamicQuantizeMatMul", IntegerReaders::dynamicQuantizeMatMul);
        microsoft("QGemm", IntegerReaders::qGemm);
        microsoft("QLinearAdd", QuantReaders.binary(new Add(Activation.NONE)));
        microsoft("QLinearMul", QuantReaders.binary(new Mul(Activation.NONE)));
        microsoft("QLinearConcat", IntegerReaders::qLinearConcat);
        microsoft("QLinearSigmoid", QuantReaders.unary(o -> new Logistic()));
        microsoft(
                "QLinearLeakyRelu", QuantReaders.unary(o -> new LeakyRelu(o.real("alpha", 0.01f))));
        microsoft(
                "QLinearSoftmax",
                QuantReaders.unary(o -> new Softmax(o.axis(o.integer("axis", -1), o.rank(0)), 1f)));
        microsoft("QLinearAveragePool", IntegerReaders::qLinearAveragePool);
        microsoft("QLinearGlobalAveragePool", IntegerReaders::qLinearGlobalAveragePool);
    }

    private OnnxOps() {}

    private static void row(String name, int since, Reader reader) {
        row("", name, since, reader);
    }

    private static void microsoft(String name, Reader reader) {
        row(MICROSOFT, name, 1, reader);
    }

    private static void both(String name, int since, Reader reader) {
        row(name, since, reader);
        microsoft(name, reader);
    }

    private static void row(String domain, String name, int since, Reader reader) {
        if (ROWS.put(domain + ":" + name, new Row(domain, name, since, reader)) != null) {
            throw new IllegalArgumentException(name + " stands in the table twice");
        }
    }

    /** All rows. */
    static Collection<Row> rows() {
        return Collections.unmodifiableCollection(ROWS.values());
    }

    /** The row of an operator. */
    static Optional<Row> find(String domain, String name) {
        return Optional.ofNullable(ROWS.get(domain + ":" + name));
    }
}

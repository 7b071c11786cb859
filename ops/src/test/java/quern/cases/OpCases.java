package quern.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import quern.op.Op;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.PRelu;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;
import quern.op.math.Add;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.op.nn.BatchMatmul;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.op.reduction.L2Normalization;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.Sum;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;

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
        row(BatchMatmul.class, MatmulCases::random, MatmulCases.awkward());
        row(Reshape.class, ShapeCases::reshape, ShapeAwkward.reshape());
        row(Transpose.class, ShapeCases::transpose, ShapeAwkward.transpose());
        row(Pad.class, ShapeCases::pad, ShapeAwkward.pad());
        row(Concat.class, ShapeCases::concat, ShapeAwkward.concat());
        row(Quantize.class, QuantizeCases::quantize, QuantizeCases.awkwardQuantize());
        row(Dequantize.class, QuantizeCases::dequantize, QuantizeCases.awkwardDequantize());
        row(Requantize.class, QuantizeCases::requantize, QuantizeCases.awkwardRequantize());
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

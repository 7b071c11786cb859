package quern.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.cases.Draw;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
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
import quern.op.math.Abs;
import quern.op.math.Add;
import quern.op.math.Ceil;
import quern.op.math.Cos;
import quern.op.math.Div;
import quern.op.math.Exp;
import quern.op.math.Floor;
import quern.op.math.Log;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Neg;
import quern.op.math.Round;
import quern.op.math.Rsqrt;
import quern.op.math.Sign;
import quern.op.math.Sin;
import quern.op.math.Sqrt;
import quern.op.math.Square;
import quern.op.math.SquaredDifference;
import quern.op.math.Sub;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.pooling.MaxPool2d;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.Sum;
import quern.op.shape.Pad;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Codes and zero points of all activations moved up by 128, from S8 to U8, give results moved up by
 * 128: exact for most operators; for functions of two operands where zero points stand outside the
 * rounding, in double, single and xnnpack.
 */
class UnsignedCodesTest {
    private static final int CASES = 400;
    private static final int SHIFT = 128;
    private static final Set<Class<? extends Op>> EXACT =
            Set.of(
                    Conv2d.class,
                    DepthwiseConv2d.class,
                    FullyConnected.class,
                    Softmax.class,
                    LogSoftmax.class,
                    Logistic.class,
                    Relu.class,
                    Tanh.class,
                    LeakyRelu.class,
                    HardSwish.class,
                    Abs.class,
                    Neg.class,
                    Sign.class,
                    Exp.class,
                    Log.class,
                    Sqrt.class,
                    Rsqrt.class,
                    Square.class,
                    Floor.class,
                    Ceil.class,
                    Round.class,
                    Sin.class,
                    Cos.class,
                    Elu.class,
                    Gelu.class,
                    Silu.class,
                    ReluN1To1.class,
                    Relu0To1.class,
                    Relu6.class,
                    Mean.class,
                    Sum.class,
                    ReduceMax.class,
                    ReduceMin.class,
                    MaxPool2d.class,
                    Pad.class);
    private static final Set<Class<? extends Op>> EXACT_OF_TWO =
            Set.of(
                    Div.class,
                    SquaredDifference.class,
                    PRelu.class,
                    Add.class,
                    Sub.class,
                    Mul.class,
                    Maximum.class,
                    Minimum.class);

    static Stream<OpCases.Row> rows() {
        return OpCases.rows().stream()
                .filter(r -> EXACT.contains(r.type()) || EXACT_OF_TWO.contains(r.type()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void movingSignedCodesUpMovesTheResultUp(OpCases.Row row) {
        int compared = 0;
        for (int seed = 0; seed < CASES; seed++) {
            OpCase c = row.random(seed % (Draw.MAX_SIZE + 1), seed);
            Optional<Tensor> unsigned = moved(c);
            if (unsigned.isPresent()) {
                Tensor signed = run(c.graph(), c.inputs());
                assertEquals(up(signed), unsigned.get(), c::toString);
                compared += signed.elements();
            }
        }
        assertTrue(compared > CASES, "only " + compared + " elements were compared");
    }

    private static Tensor run(Graph graph, List<Tensor> inputs) {
        return new ReferenceInterpreter(graph).run(inputs).get(0);
    }

    /** The case on unsigned codes; empty where some activation is not a full S8. */
    private static Optional<Tensor> moved(OpCase c) {
        Node node = c.node();
        Op op = node.op();
        boolean zeroOutside =
                node.rounding() != RoundingMode.FLOAT_EVEN
                        && node.rounding() != RoundingMode.ONNX_REF;
        TensorType y = node.output().type();
        if (!movable(y) || EXACT_OF_TWO.contains(op.getClass()) && !zeroOutside) {
            return Optional.empty();
        }
        boolean weighted =
                node.inputs().size() > 1
                        && !EXACT_OF_TWO.contains(op.getClass())
                        && !(op instanceof Pad);
        boolean convolution = op instanceof Conv2d || op instanceof DepthwiseConv2d;
        if (convolution && c.graph().type(node.inputs().get(1)).channels() == 1) {
            // Unsigned images take the product with a single scale in binary32.
            return Optional.empty();
        }
        GraphBuilder b = new GraphBuilder("moved").rounding(node.rounding());
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < c.graph().inputs().size(); i++) {
            String name = c.graph().inputs().get(i).name();
            boolean activation = !weighted || name.equals(node.inputs().get(0));
            Tensor t = c.inputs().get(i);
            if (activation && !movable(t.type())) {
                return Optional.empty();
            }
            inputs.add(activation ? up(t) : t);
            b.input(name, inputs.get(i).type());
        }
        for (Map.Entry<String, Tensor> constant : c.graph().constants().entrySet()) {
            boolean activation = !weighted;
            if (activation && !movable(constant.getValue().type())) {
                return Optional.empty();
            }
            b.constant(
                    constant.getKey(), activation ? up(constant.getValue()) : constant.getValue());
        }
        Graph graph = b.output(b.add("y", op, node.inputs(), unsigned(y))).build();
        return Optional.of(run(graph, inputs));
    }

    private static boolean movable(TensorType t) {
        return t.dtype() == DType.S8 && t.quant() instanceof Quant.PerTensor q && q.bits() == 8;
    }

    private static TensorType unsigned(TensorType t) {
        Quant.PerTensor q = t.perTensor("an activation");
        return new TensorType(
                DType.U8, t.shape(), Quant.perTensor(q.scale(), q.zeroPoint() + SHIFT));
    }

    private static Tensor up(Tensor t) {
        Tensor moved = Tensor.zeros(unsigned(t.type()));
        for (int i = 0; i < t.elements(); i++) {
            moved.setInteger(i, t.integer(i) + SHIFT);
        }
        return moved;
    }
}

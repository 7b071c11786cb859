package quern.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quern.error.InvalidGraphException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.nn.BatchMatmul;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Layers of more than one tile: many lanes, many channels, lines too long for one tile. */
class LargeLayersTest {
    private static final int CHANNELS = 70;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void widerThanATile(boolean codes) {
        check(conv(1, 1, 1, Padding.SAME), codes, false, Shape.of(1, 4, 300, 3), w(5, 3, 3, 3));
        check(conv(3, 1, 1, Padding.SAME), codes, false, Shape.of(1, 5, 901, 2), w(3, 3, 3, 2));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void higherThanATileAndMoreChannels(boolean codes) {
        Padding pad = new Padding.Explicit(3, 0, 2, 1);
        check(conv(1, 2, 1, pad), codes, false, Shape.of(2, 33, 20, 5), w(CHANNELS, 3, 2, 5));
        check(conv(2, 1, 1, pad), codes, false, Shape.of(1, 64, 30, 4), w(6, 5, 3, 4));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void linesOfManyChannels(boolean codes) {
        check(conv(1, 1, 1, Padding.SAME), codes, false, Shape.of(1, 18, 14, 600), w(2, 3, 3, 600));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void groups(boolean codes) {
        check(conv(1, 1, 3, Padding.SAME), codes, false, Shape.of(2, 20, 20, 12), w(6, 3, 3, 4));
        check(conv(2, 1, 2, Padding.VALID), codes, false, Shape.of(1, 9, 40, 40), w(144, 1, 1, 20));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void weightsThatTheModelComputes(boolean codes) {
        check(
                conv(1, 1, 1, Padding.SAME),
                codes,
                true,
                Shape.of(1, 30, 20, 3),
                w(CHANNELS, 3, 3, 3));
        Op fc = new FullyConnected(false, Activation.NONE);
        check(fc, codes, true, Shape.of(300, 40), w(CHANNELS, 40));
        check(fc, codes, true, Shape.of(1, 40), w(CHANNELS, 40));
        check(fc, codes, false, Shape.of(300, 40), w(20, 40));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void transposed(boolean codes) {
        Op same = transposed(60, 45, 2, 3, Padding.SAME);
        check(same, codes, false, Shape.of(2, 30, 15, 6), w(CHANNELS, 4, 5, 6));
        Op valid = transposed(20, 700, 1, 1, Padding.VALID);
        check(valid, codes, true, Shape.of(1, 18, 698, 2), w(3, 3, 3, 2));
        Op sparse = transposed(41, 40, 5, 4, Padding.VALID);
        check(sparse, codes, false, Shape.of(1, 9, 10, 3), w(4, 2, 3, 3));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void depthwiseWithAMultiplier(boolean codes) {
        Op op = new DepthwiseConv2d(Ints.of(2, 1), Ints.of(1, 2), Padding.SAME, Activation.RELU6);
        check(op, codes, false, Shape.of(2, 12, 90, 9), Shape.of(1, 3, 3, 27));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void matrices(boolean codes) {
        matmul(new BatchMatmul(false, false), codes, Shape.of(2, 70, 37), Shape.of(1, 37, 300));
        matmul(new BatchMatmul(false, true), codes, Shape.of(70, 37), Shape.of(3, 300, 37));
        matmul(new BatchMatmul(false, true), codes, Shape.of(300, 37), Shape.of(5, 37));
        matmul(new BatchMatmul(true, true), codes, Shape.of(37, 300), Shape.of(70, 37));
        matmul(new BatchMatmul(true, false), codes, Shape.of(37, 1), Shape.of(37, 9));
        matmul(new BatchMatmul(false, false), codes, Shape.of(9, 37), Shape.of(37, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 1_000_000, 500_000_000})
    void tapsThatLieFarApartArePlannedWithLittleMemory(int dilation) {
        Op op = conv(1, dilation, 1, Padding.SAME);
        for (boolean computed : new boolean[] {false, true}) {
            Graph g = graph(op, false, computed, Shape.of(1, 30, 20, 3), w(5, 3, 3, 3));
            Plan plan = Plan.of(g);
            assertTrue(plan.arenaBytes() + plan.accumulatorBytes() < 64_000_000);
            Equality.check(op.toString(), g, inputs(g), 1);
        }
    }

    @Test
    void weightsThatTheModelComputesAreProvedInEachRun() {
        Graph g =
                graph(
                        new FullyConnected(false, Activation.NONE),
                        true,
                        true,
                        Shape.of(1, 3),
                        w(2, 3));
        Tensor x = Tensor.zeros(g.inputs().get(0).type());
        Tensor w = Tensor.zeros(g.inputs().get(1).type());
        Tensor bias = Tensor.zeros(g.inputs().get(2).type());
        bias.setInteger(1, Integer.MAX_VALUE);
        w.setInteger(4, 1);
        try (Session session = Session.open(Plan.of(g))) {
            InvalidGraphException e =
                    assertThrows(InvalidGraphException.class, () -> session.run(x, w, bias));
            assertTrue(e.getMessage().contains("output channel 1"), e.getMessage());
            w.setInteger(4, 0);
            session.run(x, w, bias);
        }
    }

    private static Shape w(int... dims) {
        return Shape.of(dims);
    }

    private static Op conv(int stride, int dilation, int groups, Padding padding) {
        Ints both = Ints.of(dilation, dilation);
        return new Conv2d(Ints.of(stride, stride), both, padding, groups, Activation.NONE);
    }

    private static Op transposed(int h, int w, int vertical, int horizontal, Padding padding) {
        return new TransposeConv(
                Ints.of(h, w), Ints.of(vertical, horizontal), padding, Activation.RELU);
    }

    private static void check(Op op, boolean codes, boolean computed, Shape x, Shape w) {
        check(graph(op, codes, computed, x, w));
    }

    private static Graph graph(Op op, boolean codes, boolean computed, Shape x, Shape w) {
        GraphBuilder b = new GraphBuilder("large").rounding(RoundingMode.SINGLE);
        int axis = op instanceof DepthwiseConv2d ? 3 : 0;
        int channels = w.dim(axis);
        float[] scales = new float[channels];
        for (int c = 0; c < channels; c++) {
            scales[c] = 0.01f + c * 0.001f;
        }
        TensorType wType =
                codes
                        ? new TensorType(DType.S8, w, Quant.perChannel(axis, scales))
                        : TensorType.f32(w.toArray());
        TensorType bias = TensorType.of(codes ? DType.S32 : DType.F32, Shape.of(channels));
        List<String> operands = new ArrayList<>(List.of(b.input("x", activation(codes, x))));
        Random random = new Random(5);
        if (computed) {
            operands.add(b.input("w", wType));
            operands.add(b.input("b", bias));
        } else {
            operands.add(b.constant("w", random(wType, random)));
            operands.add(b.constant("b", random(bias, random)));
        }
        return built(b, op, operands, codes);
    }

    private static void matmul(BatchMatmul op, boolean codes, Shape a, Shape b) {
        GraphBuilder g = new GraphBuilder("large");
        String left = g.input("a", activation(codes, a));
        String right = g.input("b", activation(codes, b));
        check(built(g, op, List.of(left, right), codes));
    }

    private static TensorType activation(boolean codes, Shape shape) {
        return codes
                ? new TensorType(DType.S8, shape, Quant.perTensor(0.05f, 3))
                : TensorType.f32(shape.toArray());
    }

    private static Graph built(GraphBuilder b, Op op, List<String> operands, boolean codes) {
        TensorType y = b.infer("y", op, operands).get(0);
        Quant quant = Quant.perTensor(0.3f, -5);
        b.output(b.add("y", op, operands, codes ? y.withQuant(quant) : y));
        return b.build();
    }

    private static void check(Graph g) {
        assertEquals(Map.of(), Plan.of(g).referenceNodes());
        Equality.check(g.nodes().get(0).op().toString(), g, inputs(g), 1, 3);
    }

    private static List<Tensor> inputs(Graph g) {
        Random random = new Random(6);
        return g.inputs().stream().map(v -> random(v.type(), random)).toList();
    }

    private static Tensor random(TensorType type, Random random) {
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < t.elements(); i++) {
            if (type.dtype() == DType.F32) {
                t.setReal(i, (float) random.nextGaussian());
            } else {
                t.setInteger(i, random.nextInt(255) - 127);
            }
        }
        return t;
    }
}

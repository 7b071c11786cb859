package quern.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.quantize.Dequantize;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class GraphCostTest {
    private static final Ints ONE = Ints.of(1, 1);
    private static final Activation NONE = Activation.NONE;

    @Test
    void floatNetworkCountedByHand() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(2, 8, 8, 4));
        b.constant("w", Tensor.zeros(TensorType.f32(6, 3, 3, 2)));
        b.constant("b", Tensor.zeros(TensorType.f32(6)));
        b.constant("d", Tensor.zeros(TensorType.f32(1, 3, 3, 6)));
        b.add("conv", new Conv2d(Ints.of(2, 2), ONE, Padding.SAME, 2, NONE), "x", "w", "b");
        b.add("deep", new DepthwiseConv2d(ONE, ONE, Padding.VALID, NONE), "conv", "d");
        b.output(b.add("y", new Relu(), "deep"));
        GraphCost cost = GraphCost.of(b.build());
        long conv = 2 * 4 * 4 * 6 * 3 * 3 * 2;
        long deep = 2 * 2 * 2 * 6 * 3 * 3;
        assertEquals(Map.of("float32", conv + deep), cost.macs());
        long parameters = 6 * 3 * 3 * 2 + 6 + 3 * 3 * 6;
        assertEquals(parameters, cost.parameters());
        assertEquals(4 * parameters, cost.weightBytes());
        long image = 2 * 8 * 8 * 4;
        long first = 2 * 4 * 4 * 6;
        long second = 2 * 2 * 2 * 6;
        assertEquals(
                4 * (image + parameters + first + first + second + second + second),
                cost.bytesMoved());
    }

    @Test
    void precisionsAreCountedApart() {
        TensorType packed = new TensorType(DType.S4, Shape.of(3, 5), new Quant.PerTensor(1, 0, 4));
        GraphBuilder b = new GraphBuilder("g");
        b.input("q", TensorType.s8(1, 0, 2, 5));
        b.constant("w", Tensor.zeros(packed));
        b.constant("b", Tensor.zeros(TensorType.of(DType.S32, Shape.of(3))));
        b.constant("v", Tensor.zeros(TensorType.f32(7, 3)));
        FullyConnected fc = new FullyConnected(false, NONE);
        b.add("codes", fc, Quant.perTensor(1, 0), "q", "w", "b");
        b.add("real", new Dequantize(), "codes");
        b.output(b.add("y", fc, "real", "v"));
        GraphCost cost = GraphCost.of(b.build());
        assertEquals(Map.of("int8", 2L * 3 * 5, "float32", 2L * 7 * 3), cost.macs());
        assertEquals(15 + 3 + 21, cost.parameters());
        assertEquals(8 + 12 + 84, cost.weightBytes());
        assertEquals((10 + 8 + 12 + 6) + (6 + 24) + (24 + 84 + 56), cost.bytesMoved());
    }

    @Test
    void aGraphWithoutWeightsCostsOnlyMovement() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(5));
        b.output(b.add("y", new Relu(), "x"));
        assertEquals(new GraphCost(new TreeMap<>(), 0, 0, 40), GraphCost.of(b.build()));
    }

    @Test
    void hugeGraphsStayAtTheLargestNumber() {
        int big = 46_000;
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(1, 1, 1, 1));
        b.input("w", TensorType.f32(1, big, big, 1));
        Padding wide = new Padding.Explicit(big - 1, big - 1, big - 1, big - 1);
        for (String y : List.of("y1", "y2", "y3")) {
            b.output(b.add(y, new Conv2d(ONE, ONE, wide, 1, NONE), "x", "w"));
        }
        Graph g = b.build();
        assertEquals(Shape.of(1, big, big, 1), g.type("y1").shape());
        assertEquals((long) big * big * big * big, GraphCost.macs(g, g.nodes().get(0)));
        assertEquals(Map.of("float32", Long.MAX_VALUE), GraphCost.of(g).macs());
    }
}

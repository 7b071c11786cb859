package quern.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quern.error.InvalidGraphException;
import quern.error.ShapeException;
import quern.error.UnsupportedOpException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.activation.Softmax;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.shape.Reshape;
import quern.tensor.DType;
import quern.tensor.DType.Storage;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class PlanTest {
    @Test
    void printsEveryStepWithItsPlaces() {
        Plan plan = Plan.of(Graphs.smallFloat());
        String text = plan.toString();
        assertTrue(text.startsWith("plan small: 2 steps, tier scalar, threads 1\n"), text);
        assertTrue(text.contains("arena " + plan.arenaBytes() + " bytes (float "), text);
        assertTrue(text.contains("fullyConnectedF32F32F32 h = FullyConnected(x, w, b)"), text);
        assertTrue(text.contains("reads  F32[2,3] float@"), text);
        assertTrue(text.contains("reads  F32[4,3] constant"), text);
        assertTrue(text.contains("softmaxF32   y = Softmax(r)"), text);
        assertTrue(text.contains("output y : F32[1,8] float@"), text);
    }

    @Test
    void knowsItsMemoryBeforeASessionExists() {
        Plan plan = Plan.of(Graphs.smallFloat());
        assertEquals((8 + 8) * 4, plan.largestLiveSetBytes());
        assertEquals((8 + 8) * 4, plan.arenaBytes());
        assertEquals(plan.arenaBytes(), plan.arenaBytes(Storage.FLOAT));
        assertEquals(0, plan.arenaBytes(Storage.BYTE));
        assertEquals(4 * 4, plan.accumulatorBytes());
    }

    @Test
    void aReshapeTakesNoMemoryAndNoStep() {
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.f32(2, 6));
        b.output(b.add("y", new Reshape(Ints.of(3, 4)), x));
        Plan plan = Plan.of(b.build());
        assertEquals(12 * 4, plan.arenaBytes());
        assertTrue(plan.toString().contains(": 0 steps"), plan.toString());
    }

    @Test
    void refusesSymbolicDimensionsByName() {
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.of(DType.F32, Shape.of(List.of("batch", "4"))));
        b.output(b.add("y", new Relu(), x));
        ShapeException e = assertThrows(ShapeException.class, () -> Plan.of(b.build()));
        assertEquals("input x", e.where());
        assertTrue(
                e.getMessage().contains("dimension 0 of [batch,4] is open (batch)"),
                e.getMessage());
    }

    @Test
    void strictRefusesReferenceKernelsAndOtherwiseListsThem() {
        GraphBuilder b = new GraphBuilder("g");
        Ints one = Ints.of(1, 1);
        String x = b.input("x", TensorType.f32(1, 2, 3, 1));
        String w = b.input("w", TensorType.f32(1, 1, 1, 1));
        b.output(b.add("y", new DepthwiseConv2d(one, one, Padding.SAME, Activation.NONE), x, w));
        Graph g = b.build();
        Plan plan = Plan.of(g);
        assertEquals(Map.of("y", "its weights are not constant"), plan.referenceNodes());
        assertTrue(
                plan.toString().contains("reference kernel for y: its weights are not constant"));
        UnsupportedOpException e =
                assertThrows(
                        UnsupportedOpException.class,
                        () -> Plan.of(g, PlanOptions.defaults().withStrict(true)));
        assertEquals("DepthwiseConv2d", e.op());
        assertTrue(e.getMessage().contains("its weights are not constant"), e.getMessage());
    }

    @Test
    void strictRunsWhatHasFastKernels() {
        Graph g = Graphs.smallFloat();
        assertEquals(
                Map.of(), Plan.of(g, PlanOptions.defaults().withStrict(true)).referenceNodes());
    }

    @Test
    void refusesAccumulatorsThatMayOverflow() {
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.s8(1, -128, 1, 2));
        TensorType w = TensorType.s8(1, 0, 3, 2);
        String weights = b.constant("w", Tensor.of(w, new byte[] {1, 1, 1, 1, 127, 127}));
        String bias = b.constant("b", Tensor.of(Shape.of(3), 0, 5, Integer.MAX_VALUE - 7));
        b.output(
                b.add(
                        "y",
                        new FullyConnected(false, Activation.NONE),
                        Quant.perTensor(1, 0),
                        x,
                        weights,
                        bias));
        InvalidGraphException e =
                assertThrows(InvalidGraphException.class, () -> Plan.of(b.build()));
        assertEquals("y", e.where());
        assertTrue(e.getMessage().contains("output channel 2"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"simd", "machinecode", "SCALAR", ""})
    void refusesTiersThatAreNotThere(String tier) {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> PlanOptions.defaults().withTier(tier).requireTier());
        assertTrue(e.getMessage().contains("tier " + tier), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65})
    void refusesThreadCountsOutOfRange(int threads) {
        assertThrows(
                IllegalArgumentException.class, () -> PlanOptions.defaults().withThreads(threads));
    }

    @Test
    void refusesArenasThatNoArrayHolds() {
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.f32(1 << 30));
        b.output(b.add("y", new Softmax(0, 1), b.add("z", new Relu(), x)));
        assertThrows(ShapeException.class, () -> Plan.of(b.build()));
    }
}

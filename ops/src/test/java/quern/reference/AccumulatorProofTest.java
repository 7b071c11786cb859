package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import quern.error.InvalidGraphException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class AccumulatorProofTest {
    private static final FullyConnected DENSE = new FullyConnected(false, Activation.NONE);

    @Test
    void boundsFollowTheFormula() {
        Quant q = new Quant.PerChannel(0, Floats.of(1, 1), Ints.of(0, 100), 8);
        TensorType type = new TensorType(DType.S8, Shape.of(2, 3), q);
        Tensor w =
                Tensor.of(type, (byte) 1, (byte) -2, (byte) 3, (byte) -128, (byte) 100, (byte) 0);
        Tensor bias = Tensor.of(Shape.of(2), -5, Integer.MIN_VALUE);
        TensorType x = TensorType.s8(1, 27, 1, 3);
        assertArrayEquals(
                new long[] {155 * 6 + 5, 155 * 328 + (1L << 31)},
                AccumulatorProof.bounds(x, w, 0, Optional.of(bias)));
        TensorType u8 = new TensorType(DType.U8, Shape.of(1, 3), Quant.perTensor(1, 200));
        assertArrayEquals(
                new long[] {200 * 6, 200 * 328},
                AccumulatorProof.bounds(u8, w, 0, Optional.empty()));
    }

    @Test
    void depthwiseChannelsAreTheLastAxis() {
        Tensor w =
                Tensor.of(
                        TensorType.s8(1, 0, 1, 1, 2, 2), (byte) 1, (byte) 10, (byte) 2, (byte) 20);
        assertArrayEquals(
                new long[] {128 * 3, 128 * 30},
                AccumulatorProof.bounds(TensorType.s8(1, 0, 1, 1, 2, 2), w, 3, Optional.empty()));
        DepthwiseConv2d op =
                new DepthwiseConv2d(Ints.of(1, 1), Ints.of(1, 1), Padding.VALID, Activation.NONE);
        Tensor x = Tensor.zeros(TensorType.s8(1, 0, 1, 1, 2, 2));
        Tensor bias = Tensor.of(Shape.of(2), 0, Integer.MAX_VALUE);
        assertRefused("channel 1 ", op, List.of(x, w, bias), TensorType.s8(1, 0, 1, 1, 1, 2));
    }

    /** Codes of a narrowed type are not trusted to stay in their range. */
    @Test
    void narrowedInputsCountAsTheirElementType() {
        TensorType narrow = new TensorType(DType.S8, Shape.of(1, 1), new Quant.PerTensor(1, 7, 4));
        Tensor w = Tensor.of(TensorType.s8(1, 0, 1, 1), (byte) 1);
        assertArrayEquals(
                new long[] {135}, AccumulatorProof.bounds(narrow, w, 0, Optional.empty()));
    }

    @Test
    void theLargestBoundThatFitsRunsAndOneMoreDoesNot() {
        Tensor x = Tensor.of(TensorType.s8(1, 127, 1, 1), (byte) -128);
        Tensor w = Tensor.of(TensorType.s8(1, 0, 2, 1), (byte) 0, (byte) -127);
        int room = Integer.MAX_VALUE - 255 * 127;
        TensorType y = TensorType.s8(1 << 24, 0, 1, 2);
        Tensor fits = Tensor.of(Shape.of(2), 0, room);
        Tensor out = OneNode.run(DENSE, List.of(x, w, fits), y, RoundingMode.DOUBLE);
        assertArrayEquals(new byte[] {0, 127}, out.bytes());
        Tensor over = Tensor.of(Shape.of(2), 0, room + 1);
        assertRefused("channel 1 ", DENSE, List.of(x, w, over), y);
        Tensor under = Tensor.of(Shape.of(2), Integer.MIN_VALUE, 0);
        assertRefused("channel 0 ", DENSE, List.of(x, w, under), y);
    }

    /** 66,311 products of 255 and 127 stay below 2^31, one more does not. */
    @Test
    void depthIsLimited() {
        assertRuns(66_311);
        Tensor[] in = dense(66_312);
        assertRefused("channel 0 ", DENSE, List.of(in), TensorType.s8(1, 0, 1, 1));
    }

    private static void assertRuns(int depth) {
        Tensor[] in = dense(depth);
        TensorType y = TensorType.s8(1e5f, 0, 1, 1);
        Tensor out = OneNode.run(DENSE, List.of(in), y, RoundingMode.FLOAT_EVEN);
        assertEquals(127, out.integer(0));
    }

    private static Tensor[] dense(int depth) {
        Tensor x = Tensor.zeros(TensorType.s8(1, -128, 1, depth));
        Tensor w = Tensor.zeros(TensorType.s8(1, 0, 1, depth));
        Arrays.fill(x.bytes(), (byte) 127);
        Arrays.fill(w.bytes(), (byte) 127);
        return new Tensor[] {x, w};
    }

    private static void assertRefused(String channel, Op op, List<Tensor> in, TensorType y) {
        InvalidGraphException e =
                assertThrows(
                        InvalidGraphException.class,
                        () -> OneNode.run(op, in, y, RoundingMode.DOUBLE));
        assertEquals("y", e.where());
        assertTrue(e.getMessage().contains(channel), e.getMessage());
    }

    @Test
    void sumsOfCodesAreLimited() {
        Tensor x = Tensor.zeros(TensorType.s8(1, 0, 1, 1));
        Node node = OneNode.node(new Relu(), List.of(x), x.type(), RoundingMode.DOUBLE);
        AccumulatorProof.requireSum(node, Integer.MAX_VALUE / 255);
        assertThrows(
                InvalidGraphException.class,
                () -> AccumulatorProof.requireSum(node, Integer.MAX_VALUE / 255 + 1));
    }
}

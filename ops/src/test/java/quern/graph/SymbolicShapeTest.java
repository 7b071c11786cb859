package quern.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import quern.error.ShapeException;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.pooling.MaxPool2d;
import quern.op.reduction.Mean;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Shapes with dimensions that are not known yet. */
class SymbolicShapeTest {
    private static final Ints ONE = Ints.of(1, 1);
    private static final Activation NONE = Activation.NONE;

    private static TensorType f32(String... words) {
        return TensorType.of(DType.F32, Shape.of(List.of(words)));
    }

    private static String infer(Op op, TensorType... inputs) {
        GraphBuilder b = new GraphBuilder("g");
        String[] names = new String[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            names[i] = b.input("x" + i, inputs[i]);
        }
        b.output(b.add("y", op, names));
        Graph g = b.build();
        assertEquals(g, GraphText.of(g).parse(Map.of()));
        return g.type("y").shape().toString();
    }

    @Test
    void batchSizeGoesThroughEveryOperator() {
        TensorType image = f32("N", "8", "8", "4");
        TensorType filter = TensorType.f32(6, 3, 3, 4);
        assertEquals(
                "[N,4,4,6]",
                infer(new Conv2d(Ints.of(2, 2), ONE, Padding.SAME, 1, NONE), image, filter));
        assertEquals(
                "[N,6,6,4]",
                infer(
                        new DepthwiseConv2d(ONE, ONE, Padding.VALID, NONE),
                        image,
                        TensorType.f32(1, 3, 3, 4)));
        assertEquals(
                "[N,4,4,4]",
                infer(new MaxPool2d(Ints.of(2, 2), Ints.of(2, 2), Padding.VALID, NONE), image));
        assertEquals("[N,4]", infer(new Mean(Ints.of(1, 2), false), image));
        assertEquals("[1,8,8,1]", infer(new Mean(Ints.of(0, 3), true), image));
        assertEquals("[N,8,8,4]", infer(new Relu(), image));
        assertEquals("[8,N,4,8]", infer(new Transpose(Ints.of(1, 0, 3, 2)), image));
        assertEquals(
                "[N,8,9,4]", infer(new Pad(Ints.of(0, 0, 0, 0), Ints.of(0, 0, 1, 0), 0), image));
        assertEquals("[N,8,8,8]", infer(new Concat(3), image, image));
        assertEquals(
                "[N,3]",
                infer(new FullyConnected(false, NONE), f32("N", "5"), TensorType.f32(3, 5)));
    }

    @Test
    void whatFollowsFromAnUnknownSizeIsUnknown() {
        TensorType image = f32("N", "H", "8", "4");
        assertEquals(
                "[N,?,4,6]",
                infer(
                        new Conv2d(Ints.of(2, 2), ONE, Padding.SAME, 1, NONE),
                        image,
                        TensorType.f32(6, 3, 3, 4)));
        assertEquals("[?,4]", infer(new Reshape(Ints.of(-1, 4)), image));
        assertEquals("[?,8,8]", infer(new Concat(0), f32("N", "8", "8"), f32("M", "8", "8")));
        assertEquals("[?,8]", infer(new Pad(Ints.of(1, 0), Ints.of(0, 0), 0), f32("N", "8")));
        assertEquals(
                "[?,3]",
                infer(new FullyConnected(false, NONE), f32("N", "5", "2"), TensorType.f32(3, 5)));
    }

    @Test
    void broadcastingKeepsASymbolAgainstOneAndItself() {
        Add add = new Add(NONE);
        assertEquals("[N,3]", infer(add, f32("N", "3"), f32("N", "1")));
        assertEquals("[N,3]", infer(add, f32("1", "3"), f32("N", "3")));
        assertEquals("[4,3]", infer(add, f32("N", "3"), f32("4", "3")));
        assertEquals("[?,3]", infer(add, f32("N", "3"), f32("M", "3")));
    }

    @Test
    void aNodeMayDeclareWhatInferenceLeavesOpen() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", f32("N", "6"));
        b.add("y", new Reshape(Ints.of(-1, 3)), List.of("x"), f32("M", "3"));
        b.output(b.add("z", new Relu(), List.of("y"), f32("8", "3")));
        assertEquals("[M,3]", b.build().type("y").shape().toString());
        GraphBuilder wrong = new GraphBuilder("g");
        wrong.input("x", f32("N", "6"));
        wrong.add("y", new Relu(), List.of("x"), f32("N", "5"));
        assertThrows(ShapeException.class, wrong::build);
    }

    @Test
    void anUnboundSizeIsNamedWhenItIsNeeded() {
        Shape s = Shape.of(List.of("batch", "3"));
        ShapeException e = assertThrows(ShapeException.class, s::elements);
        assertTrue(e.getMessage().contains("batch"), e.getMessage());
        assertEquals(Shape.of(2, 3), s.bind(Map.of("batch", 2)));
        assertThrows(ShapeException.class, () -> Tensor.zeros(TensorType.of(DType.F32, s)));
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", f32("N", "5"));
        b.output(b.add("y", new Relu(), "x"));
        Graph g = b.build();
        assertEquals(Map.of(), GraphCost.of(g).macs());
        assertEquals(0, GraphCost.of(g).bytesMoved());
    }
}

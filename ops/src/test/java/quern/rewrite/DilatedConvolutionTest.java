package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.shape.BatchToSpace;
import quern.op.shape.SpaceToBatch;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class DilatedConvolutionTest {
    private static final Ints ONE = Ints.of(1, 1);

    @Property(seed = "141", tries = 500)
    void keepsEveryBit(@ForAll long seed, @ForAll boolean codes, @ForAll boolean depthwise) {
        Random r = new Random(seed);
        Graph g = graph(r, codes, depthwise, Padding.VALID, ONE);
        Graph after = new DilatedConvolution().apply(g);
        assertEquals(1, after.nodes().size());
        Tensor x = Tensor.zeros(g.inputs().get(0).type());
        fill(r, x);
        Rewritten.assertSameBits(g, after, List.of(x));
    }

    /** Sizes that fit each other, with as much padding as is cut off, or more. */
    private static Graph graph(
            Random r, boolean codes, boolean depthwise, Padding padding, Ints stride) {
        int[] block = new int[2];
        int[] size = new int[2];
        int[] kernel = new int[2];
        int[] before = new int[2];
        int[] after = new int[2];
        int[] cropBefore = new int[2];
        int[] cropAfter = new int[2];
        for (int i = 0; i < 2; i++) {
            block[i] = 1 + r.nextInt(3);
            kernel[i] = 1 + r.nextInt(3);
            size[i] = 1 + r.nextInt(8);
            before[i] = r.nextInt(4);
            int least = Math.max(0, block[i] * kernel[i] - size[i] - before[i]);
            after[i] = least + (block[i] - (size[i] + before[i] + least) % block[i]) % block[i];
            int spare = size[i] + before[i] + after[i] - block[i] * (kernel[i] - 1) - 1;
            cropBefore[i] = r.nextInt(Math.min(before[i], spare) + 1);
            cropAfter[i] = r.nextInt(Math.min(after[i], spare - cropBefore[i]) + 1);
        }
        GraphBuilder b = new GraphBuilder("g");
        TensorType x = TensorType.f32(1 + r.nextInt(2), size[0], size[1], 2);
        TensorType w = TensorType.f32(depthwise ? 1 : 3, kernel[0], kernel[1], 2);
        if (codes) {
            x = new TensorType(DType.S8, x.shape(), Quant.perTensor(0.5f, -7));
            w = new TensorType(DType.S8, w.shape(), Quant.perTensor(0.25f, 3));
        }
        b.input("x", x);
        Tensor weights = Tensor.zeros(w);
        fill(r, weights);
        b.constant("w", weights);
        Ints blocks = Ints.of(block);
        b.add("s", new SpaceToBatch(blocks, Ints.of(before), Ints.of(after)), "x");
        Op conv =
                depthwise
                        ? new DepthwiseConv2d(stride, ONE, padding, Activation.RELU)
                        : new Conv2d(stride, ONE, padding, 1, Activation.RELU);
        Quant quant = codes ? Quant.perTensor(2, 11) : Quant.NONE;
        b.add("c", conv, quant, "s", "w");
        b.add("y", new BatchToSpace(blocks, Ints.of(cropBefore), Ints.of(cropAfter)), "c");
        return b.output("y").build();
    }

    private static void fill(Random r, Tensor t) {
        for (int i = 0; i < t.elements(); i++) {
            if (t.dtype() == DType.F32) {
                t.setReal(i, (float) r.nextGaussian());
            } else {
                t.setInteger(i, r.nextInt(256) - 128);
            }
        }
    }

    @Test
    void dilatesByTheBlock() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(1, 7, 8, 1));
        b.constant("w", Tensor.zeros(TensorType.f32(1, 3, 3, 1)));
        b.add("s", new SpaceToBatch(Ints.of(2, 4), Ints.of(2, 4), Ints.of(3, 4)), "x");
        b.add("c", new Conv2d(ONE, ONE, Padding.VALID, 1, Activation.NONE), "s", "w");
        b.add("y", new BatchToSpace(Ints.of(2, 4), Ints.of(0, 0), Ints.of(1, 0)), "c");
        Graph g = Simplify.simplify(b.output("y").build());
        Padding same = new Padding.Explicit(2, 4, 2, 4);
        Conv2d expected = new Conv2d(ONE, Ints.of(2, 4), same, 1, Activation.NONE);
        assertEquals(List.of(expected), g.nodes().stream().map(Node::op).toList());
    }

    @Test
    void otherConvolutionsStay() {
        Random r = new Random(5);
        Graph padded = graph(r, false, false, Padding.SAME, ONE);
        assertSame(padded, new DilatedConvolution().apply(padded));
        GraphBuilder b = new GraphBuilder("cut");
        b.input("x", TensorType.f32(1, 4, 4, 1));
        b.constant("w", Tensor.zeros(TensorType.of(DType.F32, Shape.of(1, 1, 1, 1))));
        Ints two = Ints.of(2, 2);
        Ints none = Ints.of(0, 0);
        b.add("s", new SpaceToBatch(two, none, none), "x");
        b.add("c", new Conv2d(ONE, ONE, Padding.VALID, 1, Activation.NONE), "s", "w");
        b.add("y", new BatchToSpace(two, ONE, none), "c");
        Graph cut = b.output("y").build();
        assertSame(cut, new DilatedConvolution().apply(cut));
    }
}

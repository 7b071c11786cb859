package quern.formats.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import quern.error.UnsupportedOpException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphText;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.Op;
import quern.op.OpSet;
import quern.op.Padding;
import quern.op.activation.Gelu;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.LogSoftmax;
import quern.op.activation.PRelu;
import quern.op.activation.Relu0To1;
import quern.op.activation.Tanh;
import quern.op.detection.NonMaxSuppression;
import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;
import quern.op.math.Abs;
import quern.op.math.Add;
import quern.op.math.Atan2;
import quern.op.math.Div;
import quern.op.math.Exp;
import quern.op.math.FloorDiv;
import quern.op.math.FloorMod;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Neg;
import quern.op.math.Pow;
import quern.op.math.Sign;
import quern.op.math.SquaredDifference;
import quern.op.math.Sub;
import quern.op.nn.BatchMatmul;
import quern.op.nn.Conv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.op.pooling.L2Pool2d;
import quern.op.quantize.Cast;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Requantize;
import quern.op.reduction.ArgMax;
import quern.op.reduction.ArgMin;
import quern.op.reduction.CumSum;
import quern.op.reduction.L2Normalization;
import quern.op.reduction.LocalResponseNormalization;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.ReduceProd;
import quern.op.reduction.Sum;
import quern.op.reduction.TopK;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.reference.ReferenceInterpreter;
import quern.rewrite.Simplify;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** What the reader makes of small files that use every operator. */
class TfliteReaderTest {
    private static List<Op> ops(Graph g) {
        return g.nodes().stream().map(Node::op).toList();
    }

    @Test
    void readsTheWholeOfAConvolution() {
        Graph g = TinyModels.convInt8().read();
        Op conv = new Conv2d(Ints.of(2, 1), Ints.of(2, 1), Padding.VALID, 1, Activation.RELU6);
        TensorType y = new TensorType(DType.S8, Shape.of(1, 2, 4, 3), Quant.perTensor(0.75f, 4));
        assertEquals(List.of(conv), ops(g));
        assertEquals("tiny", g.name());
        assertEquals(RoundingMode.DOUBLE, g.nodes().get(0).rounding());
        assertEquals(List.of("x", "w", "b"), g.nodes().get(0).inputs());
        assertEquals(y, g.type("y"));
        Quant perChannel = new Quant.PerChannel(0, Floats.of(0.25f, 0.5f, 1), Ints.of(0, 1, -2), 8);
        byte[] weights = {1, -2, 3, 4, 5, -6, 7, 8, -9, 10, 11, -128};
        TensorType w = new TensorType(DType.S8, Shape.of(3, 2, 1, 2), perChannel);
        assertEquals(Tensor.of(w, weights), g.constants().get("w"));
        assertEquals(Tensor.of(Shape.of(3), 100, -200, 300), g.constants().get("b"));
        assertEquals(List.of("y"), g.outputs());
        assertEquals("tflite", g.metadata().get(TfliteReader.FORMAT_KEY));
    }

    @Test
    void seesGroupsInTheFilterAndAnAbsentBias() {
        Graph g = TinyModels.convFloatGrouped().read();
        assertEquals(2, ((Conv2d) g.nodes().get(0).op()).groups());
        assertEquals(List.of("x", "w", Node.ABSENT), g.nodes().get(0).inputs());
        Tensor x = Tensor.of(Shape.of(1, 2, 2, 4), new float[16]);
        x.floats()[0] = 1;
        x.floats()[3] = 10;
        assertArrayEquals(
                new float[] {1, 40, 0, 0, 0, 0, 0, 0},
                new ReferenceInterpreter(g).run(List.of(x)).get(0).floats());
    }

    @Test
    void readsTransposedConvolutions() {
        Graph g = TinyModels.transposeConvFloat().read();
        assertEquals(
                List.of(
                        new TransposeConv(
                                Ints.of(4, 5), Ints.of(2, 3), Padding.SAME, Activation.RELU),
                        new TransposeConv(
                                Ints.of(8, 5), Ints.of(2, 1), Padding.VALID, Activation.NONE)),
                ops(g));
        assertEquals(List.of("x", "w", "b"), g.nodes().get(0).inputs());
    }

    @Test
    void putsOneDequantizeBehindSharedHybridWeights() {
        Graph g = TinyModels.fullyConnectedHybrid().read();
        assertEquals(
                List.of(
                        new Dequantize(),
                        new FullyConnected(true, Activation.RELU),
                        new FullyConnected(false, Activation.NONE)),
                ops(g));
        assertEquals(List.of("x", "w_dequantized", "b"), g.nodes().get(1).inputs());
        assertEquals(List.of("h", "w_dequantized", ""), g.nodes().get(2).inputs());
        assertEquals(DType.S8, g.constants().get("w").dtype());
        Tensor x = Tensor.of(Shape.of(1, 2, 3), 1f, 0, 0, 0, 1, 0);
        // First layer, weights halved: relu of (0.5+0.5, 1-2, 3.5-1) and (1+0.5, 1-2.5, 4-1).
        assertArrayEquals(
                new float[] {4.25f, -9.5f, 14.75f, 5.25f, -12, 18.75f},
                new ReferenceInterpreter(g).run(List.of(x)).get(0).floats());
    }

    @Test
    void readsBytesTypedUint8OfHybridWeightsAsSigned() {
        TinyModel m = TinyModels.fullyConnectedHybrid();
        Graph signed = m.read();
        Graph disguised = m.changeTensor(1, t -> t.with(1, (byte) TinyModel.UINT8)).read();
        assertEquals(signed, disguised);
    }

    @Test
    void readsEveryFormOfShapeOperators() {
        Graph g = TinyModels.shapes().read();
        Ints before = Ints.of(0, 2, 0);
        Ints after = Ints.of(1, 0, 0);
        assertEquals(
                List.of(
                        new Reshape(Ints.of(1, -1, 2)),
                        new Transpose(Ints.of(2, 0, 1)),
                        new Reshape(Ints.of(2, 3)),
                        new Reshape(Ints.of(2, 1, 3)),
                        new Pad(before, after, 0),
                        new Pad(before, after, 2.5f),
                        new Concat(1),
                        new Reshape(Ints.of(-1))),
                ops(g));
        assertTrue(g.constants().isEmpty(), "shapes, axes and paddings are attributes");
    }

    @Test
    void namesAreUnique() {
        Graph g = TinyModels.shapes().read();
        assertEquals("tensor_0", g.inputs().get(0).name());
        assertEquals(
                List.of(
                        "tensor_2",
                        "same",
                        "same_5",
                        "same_7",
                        "padded",
                        "padded2",
                        "joined",
                        "flat"),
                g.nodes().stream().map(Node::name).toList());
    }

    @Test
    void infersShapesThatTheFileLeavesOut() {
        Graph g = TinyModels.imageFloat().read();
        assertEquals(TensorType.f32(1, 2, 2, 1), g.type("average"));
        assertEquals(TensorType.f32(1, 2, 2, 1), g.type("max"));
    }

    @Test
    void readsFunctionsOfTwoTensors() {
        Graph g = TinyModels.pairsInt8().read();
        assertEquals(List.of(new Sub(Activation.RELU), new Maximum(), new Minimum()), ops(g));
        assertEquals(List.of("x", "c"), g.nodes().get(0).inputs());
        assertEquals(List.of("difference", "x"), g.nodes().get(1).inputs());
    }

    @Test
    void readsActivations() {
        Graph g = TinyModels.activationsInt8().read();
        List<Op> expected = List.of(new PRelu(), new LeakyRelu(0.25f), new HardSwish(), new Tanh());
        assertEquals(expected, ops(g));
        assertEquals(List.of("x", "slopes"), g.nodes().get(0).inputs());
    }

    @Test
    void readsFunctionsOfOneTensor() {
        List<Op> ops = ops(TinyMath.unaryFloat().read());
        assertEquals(List.of(new Abs(), new Neg(), new Sign(), new Exp()), ops.subList(0, 4));
        assertEquals(List.of(new Relu0To1(), new Gelu(true)), ops.subList(15, 17));
    }

    @Test
    void readsFunctionsOfTwoNumbersAndASumOfThree() {
        Graph g = TinyMath.pairsFloat().read();
        List<Op> ops = ops(g);
        assertEquals(
                List.of(
                        new Div(Activation.NONE),
                        new FloorDiv(),
                        new FloorMod(),
                        new Pow(),
                        new SquaredDifference(),
                        new Atan2(),
                        new Add(Activation.NONE),
                        new Add(Activation.NONE)),
                ops);
        assertEquals(List.of("y156", "x"), g.nodes().get(6).inputs());
        assertEquals(List.of("sum_sum1", "y156"), g.nodes().get(7).inputs());
    }

    @Test
    void readsWhatNormalizes() {
        assertEquals(
                List.of(
                        new LocalResponseNormalization(2, 1, 0.5f, 0.75f),
                        new L2Pool2d(Ints.of(2, 2), Ints.of(2, 2), Padding.VALID, Activation.NONE),
                        new LogSoftmax(3)),
                ops(TinyMath.normalizingFloat().read()));
    }

    @Test
    void computesWithPlainIntegers() {
        Graph g = TinyMath.plainIntegers().read();
        assertEquals(TensorType.of(DType.S32, Shape.of(2)), g.type("x"));
        Tensor x = Tensor.of(Shape.of(2), 7, -9);
        List<Tensor> y = new ReferenceInterpreter(g).run(List.of(x));
        assertEquals(List.of(Tensor.of(Shape.of(2), 6, 6)), y);
    }

    @Test
    void readsLegacyUint8Codes() {
        Graph g = TinyModels.quantize().read();
        assertEquals(DType.U8, g.type("bytes").dtype());
        Tensor x = Tensor.of(Shape.of(4), -100, -0.25f, 0.25f, 100);
        List<Tensor> y = new ReferenceInterpreter(g).run(List.of(x));
        assertArrayEquals(new float[] {-65.5f, -0.5f, 0.5f, 62}, y.get(0).floats());
    }

    @Test
    void roundsLegacyUint8CodesAsTheyAlwaysWere() {
        Graph g = TinyModels.legacyUint8().read();
        Tensor x = codes(g.type("x"), 97, 99, 100, 106);
        Tensor other = codes(g.type("other"), 0, 10, 20, 255);
        List<Tensor> y = new ReferenceInterpreter(g).run(List.of(x, other));
        // Average 100.5, ties up: 101. Halves of a step, ties away: 8, 9, 10, 13 and 11.
        assertEquals(codes(y.get(0).type(), 20, 22, 143), y.get(0));
        // 245 quarters are first rounded to 123 halves.
        assertEquals(codes(y.get(1).type(), 0, 1, 62), y.get(1));
    }

    private static Tensor codes(TensorType type, int... codes) {
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < codes.length; i++) {
            t.setInteger(i, codes[i]);
        }
        return t;
    }

    @Test
    void convertsCodesOf32Bits() {
        Graph g = TinyModels.wideCodes().read();
        assertEquals(List.of(new Requantize(), new Requantize(), new Requantize()), ops(g));
        assertEquals(new Quant.PerTensor(0.001f, 0, 32), g.type("x").quant());
        Tensor x = codes(g.type("x"), Integer.MIN_VALUE, -1250, 750, Integer.MAX_VALUE);
        List<Tensor> y = new ReferenceInterpreter(g).run(List.of(x));
        assertEquals(codes(g.type("back"), -65500, -1500, 1000, 62000), y.get(0));
    }

    @Test
    void tensorsOfOneBufferShareTheirArray() {
        TinyModel m = new TinyModel();
        int x = m.codes("x", 1, 0, 2);
        int a = m.codes("a", 1, 0, 2);
        m.data(a, Flat.bytes((byte) 1, (byte) 2));
        int b = m.codes("b", 2, 5, 2);
        m.changeTensor(b, t -> t.with(2, 1));
        int s = m.codes("s", 1, 0, 2);
        int y = m.codes("y", 1, 0, 2);
        Graph g =
                m.operator(0, 11, Flat.table(), new int[] {x, a}, s)
                        .operator(0, 11, Flat.table(), new int[] {s, b}, y)
                        .inputs(x)
                        .outputs(y)
                        .read();
        assertSame(g.constants().get("a").array(), g.constants().get("b").array());
        assertEquals(5, g.type("b").zeroPoint(0));
    }

    @Test
    void readsSizesAndGridsOfResizedImages() {
        assertEquals(
                List.of(
                        new ResizeBilinear(Ints.of(3, 5), true, false),
                        new ResizeNearestNeighbor(Ints.of(2, 1), false, true)),
                ops(TinyModels.resizedInt8().read()));
    }

    @Test
    void readsReductions() {
        assertEquals(
                List.of(
                        new L2Normalization(),
                        new Sum(Ints.of(3), false),
                        new ReduceMax(Ints.of(0, 2), true),
                        new ReduceMin(Ints.of(0, 1, 2), false)),
                ops(TinyModels.reducedInt8().read()));
    }

    @Test
    void readsWhichMatricesAreTransposed() {
        assertEquals(List.of(new BatchMatmul(false, true)), ops(TinyModels.matmulInt8().read()));
    }

    @Test
    void readsSeveralOutputs() {
        Graph g = TinyModels.order().read();
        assertEquals(
                List.of(
                        new CumSum(1, false, true),
                        new TopK(2, 1, true, DType.S32),
                        new NonMaxSuppression(2, 0.5f, 0, 0, false),
                        new NonMaxSuppression(2, 0.5f, 0, 0.5f, true)),
                ops(g));
        Tensor boxes = Tensor.of(Shape.of(3, 4), 0, 0, 1, 1, 1, 1, 0, 0.25f, 4, 4, 5, 5);
        List<Tensor> y =
                new ReferenceInterpreter(g)
                        .run(List.of(boxes, Tensor.of(Shape.of(3), 0.5f, 0.75f, 0.125f)));
        assertEquals(Tensor.of(Shape.of(3, 2), 2, 2, 2.25f, 1.25f, 18, 14), y.get(0));
        assertEquals(Tensor.of(Shape.of(3, 2), 0, 1, 0, 1, 0, 1), y.get(1));
        assertEquals(Tensor.of(Shape.of(2), 1, 2), y.get(2));
        assertEquals(Tensor.of(Shape.of(), 2), y.get(3));
        assertEquals(Tensor.of(Shape.of(2), 0.75f, 0.125f), y.get(5));
    }

    @Test
    void readsPlacesAndProducts() {
        assertEquals(
                List.of(
                        new ReduceProd(Ints.of(2), false),
                        new ArgMax(1, DType.S64),
                        new ArgMin(1, DType.S32)),
                ops(TinyModels.placesInt8().read()));
    }

    @Test
    void readsLogicAndHalfPrecisionConstants() {
        Graph g = TinyModels.logic().read();
        assertEquals(new Cast(DType.F32), g.nodes().get(0).op());
        Graph simple = Simplify.simplify(g);
        assertEquals(Tensor.of(Shape.of(3), 1, -2, 0x1p-24f), simple.constants().get("c"));
        assertEquals(new Reshape(Ints.of(2, 1)), g.producer("rows_condition").get().op());
        Tensor where = g.constants().get("where");
        assertEquals(Shape.of(2, 2), where.shape());
        assertArrayEquals(new long[] {0, 1, 1, 0}, where.longs());
        List<Tensor> y =
                new ReferenceInterpreter(g)
                        .run(List.of(Tensor.of(Shape.of(2, 3), 1, -3, 5, 7.9f, -2, 0)));
        assertEquals(Tensor.of(Shape.of(2, 3), -1, 2, -1, -1, 1, -1), y.get(0));
        assertArrayEquals(new byte[] {1, 1, 0, 0, 1, 1}, y.get(1).bytes());
        assertArrayEquals(new byte[] {0, 0}, y.get(2).bytes());
    }

    @Test
    void theSmallFilesUseEveryFormOfTheTable() {
        Set<String> used = new TreeSet<>();
        for (TinyModel m : TinyModels.models().values()) {
            Graph g = m.read();
            assertNotNull(GraphText.of(g).text());
            g.nodes().forEach(n -> used.add(OpSet.standard().name(n.op())));
        }
        Set<String> all =
                OpSet.standard().rows().stream()
                        .filter(r -> !TfliteOps.names(r.type()).isEmpty())
                        .map(OpSet.Row::name)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(all, used);
    }

    @Test
    void shapesAreComputedAsTheFileIsRead() {
        Graph g = TinyModels.shapeArithmetic().read();
        assertEquals(TensorType.f32(1, 2, 3), g.type("image"));
        assertEquals(TensorType.f32(1, 2, 4), g.type("padded"));
        assertEquals(TensorType.f32(2, 4), g.type("flat"));
        assertEquals(Tensor.of(Shape.of(2), 2, 3), g.constants().get("shape"));
        assertEquals(Tensor.of(Shape.of(), 2), g.constants().get("rank"));
        Graph simple = Simplify.simplify(g);
        assertEquals(
                List.of(Pad.class, Reshape.class),
                simple.nodes().stream().skip(1).map(n -> n.op().getClass()).toList());
    }

    @Test
    void arithmeticOfManyElementsIsLeftToTheGraph() {
        TinyModel m = TinyModels.shapeArithmetic();
        m.changeTensor(1, t -> t.with(0, Flat.ints(1 << 14)).with(2, 0));
        m.data(1, Flat.ints(new int[1 << 14]));
        m.changeOperator(0, t -> t.with(2, Flat.ints(3)));
        m.changeOperator(1, t -> t.with(1, Flat.ints(1, 1)).with(2, Flat.ints(6)));
        m.changeOperator(2, t -> t.with(1, Flat.ints(0, 6)));
        m.changeTensor(6, t -> t.with(0, Flat.ints(1 << 15)).with(2, 0));
        String message = assertThrows(UnsupportedOpException.class, m::read).getMessage();
        assertTrue(message.contains("RESHAPE is not supported: shape that depend"), message);
    }
}

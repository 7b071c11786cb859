package quern.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.GraphText;
import quern.op.Activation;
import quern.op.activation.Softmax;
import quern.op.math.Add;
import quern.op.nn.FullyConnected;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.shape.Gather;
import quern.op.shape.Reshape;
import quern.reference.ReferenceInterpreter;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class QuantizerTest {
    private static final Graph NET = TestNets.small();
    private static final List<List<Tensor>> SAMPLES = TestNets.samples(NET, 12);

    @Test
    void namesStayAndTypesBecomeCodes() {
        Graph q = Quantizer.quantize(NET, SAMPLES, QuantOptions.PLAIN);
        assertEquals(NET.outputs(), q.outputs());
        assertEquals("image", q.inputs().get(0).name());
        assertEquals(DType.S8, q.inputs().get(0).type().dtype());
        for (String value : List.of("conv", "depthwise", "sum", "pooled", "rows", "logits")) {
            assertEquals(DType.S8, q.type(value).dtype(), value);
            assertTrue(q.type(value).quant() instanceof Quant.PerTensor, value);
        }
        assertEquals(Quant.perTensor(1f / 256, -128), q.type("probabilities").quant());
        assertEquals(NET.nodes().size(), q.nodes().size());
    }

    @Test
    void weightsAndBiasesBecomeIntegers() {
        Graph q = Quantizer.quantize(NET, SAMPLES, QuantOptions.PLAIN);
        TensorType conv = q.type("conv.w");
        assertEquals(DType.S8, conv.dtype());
        assertEquals(0, ((Quant.PerChannel) conv.quant()).axis());
        assertEquals(3, ((Quant.PerChannel) q.type("depthwise.w").quant()).axis());
        assertEquals(TensorType.of(DType.S32, Shape.of(6)), q.type("conv.b"));
        Tensor w = q.constant("conv.w").orElseThrow();
        for (int i = 0; i < w.elements(); i++) {
            assertTrue(w.code(i) >= -127);
        }
    }

    @Test
    void valuesThatMoveShareOneScale() {
        Graph q = Quantizer.quantize(NET, SAMPLES, QuantOptions.PLAIN);
        assertEquals(q.type("sum").quant(), q.type("pooled").quant());
        assertEquals(q.type("sum").quant(), q.type("rows").quant());
    }

    @Test
    void indicesStayIntegersWhereCodesAreMoved() {
        Random r = new Random(3);
        GraphBuilder b = new GraphBuilder("words");
        String ids = b.input("ids", TensorType.of(DType.S32, Shape.of(3)));
        String table = b.constant("table", TestNets.random(r, Shape.of(7, 4), 1));
        String words = b.add("words", new Gather(0, 0), table, ids);
        String w = b.constant("w", TestNets.random(r, Shape.of(5, 4), 1));
        String h = b.add("h", new FullyConnected(false, Activation.NONE), words, w);
        String rows = b.constant("rows", Tensor.of(Shape.of(2), 2, -1));
        Graph g = b.output(b.add("y", new Gather(0, 0), h, rows)).build();
        List<Tensor> sample = List.of(Tensor.of(Shape.of(3), 6, 0, -2));
        Graph q = Quantizer.quantize(g, List.of(sample), QuantOptions.PLAIN);
        assertEquals(DType.S32, q.inputs().get(0).type().dtype());
        assertEquals(DType.S8, q.type("table").dtype());
        assertEquals(q.type("table").quant(), q.type("words").quant());
        assertEquals(q.type("h").quant(), q.type("y").quant());
        assertEquals(DType.S32, q.type("rows").dtype());
        Tensor real = new ReferenceInterpreter(g).run(sample).get(0);
        Tensor codes = new ReferenceInterpreter(q).run(sample).get(0);
        for (int i = 0; i < real.elements(); i++) {
            float y = codes.type().scale(0) * (codes.code(i) - codes.type().zeroPoint(0));
            assertEquals(real.real(i), y, 0.1);
        }
    }

    @Test
    void reluRangesAreThoseBehindIt() {
        Graph q = Quantizer.quantize(NET, SAMPLES, QuantOptions.PLAIN);
        assertEquals(-128, q.type("conv").zeroPoint(0));
    }

    @Test
    void theResultIsCloseAndSaysHowItWasMade() {
        QuantizedModel m = Quantizer.convert(NET, SAMPLES, QuantOptions.PLAIN);
        QuantReport report = m.report(SAMPLES);
        assertEquals(8, report.rows().size());
        for (QuantReport.Row row : report.rows()) {
            assertTrue(row.sqnr() > 20, row.toString());
            assertEquals(m.ranges().of(row.name()), row.range());
        }
        Map<String, String> metadata = m.graph().metadata();
        assertEquals("[1,2]", metadata.get("preprocessing"));
        assertEquals("static post-training", metadata.get("quantization.method"));
        assertEquals("12", metadata.get("quantization.samples"));
        assertEquals(QuantOptions.PLAIN.describe(), metadata.get("quantization.options"));
    }

    @Test
    void theSameDataGivesTheSameGraph() {
        Graph a = Quantizer.quantize(NET, SAMPLES, QuantOptions.PLAIN);
        Graph b = Quantizer.quantize(NET, List.copyOf(SAMPLES), QuantOptions.PLAIN);
        assertEquals(a, b);
        assertEquals(GraphText.of(a), GraphText.of(b));
    }

    @Test
    void optionsShape() {
        QuantOptions options =
                QuantOptions.PLAIN.toBuilder()
                        .weightBits(4)
                        .perChannel(false)
                        .symmetricWeights(false)
                        .symmetricActivations(true)
                        .rounding(RoundingMode.FLOAT_EVEN)
                        .build();
        Graph q = Quantizer.quantize(NET, SAMPLES, options);
        assertEquals(RoundingMode.FLOAT_EVEN, q.rounding());
        assertTrue(q.nodes().stream().allMatch(n -> n.rounding() == RoundingMode.FLOAT_EVEN));
        TensorType w = q.type("conv.w");
        assertEquals(DType.S4, w.dtype());
        assertTrue(w.quant() instanceof Quant.PerTensor);
        assertTrue(
                List.of("conv.w", "depthwise.w", "fc.w").stream()
                        .anyMatch(name -> q.type(name).zeroPoint(0) != 0));
        assertEquals(0, q.type("conv").zeroPoint(0));
        assertEquals(-128, q.type("probabilities").zeroPoint(0));
    }

    @Test
    void floatInputsAndOutputs() {
        QuantOptions options =
                QuantOptions.PLAIN.toBuilder().floatInputs(true).floatOutputs(true).build();
        Graph q = Quantizer.quantize(NET, SAMPLES, options);
        assertEquals(NET.inputs(), q.inputs());
        assertEquals(NET.outputs(), q.outputs());
        assertEquals(NET.type("probabilities"), q.type("probabilities"));
        assertEquals(NET.nodes().size() + 2, q.nodes().size());
        assertTrue(q.nodes().get(0).op() instanceof Quantize);
        assertTrue(q.producer("probabilities").orElseThrow().op() instanceof Dequantize);
        assertTrue(Sqnr.measure(NET, q, SAMPLES).get("probabilities") > 20);
    }

    @Test
    void nodesKeptInFloatStandBetweenConversions() {
        QuantOptions options =
                QuantOptions.PLAIN.toBuilder().keepFloat(Set.of("sum", "logits")).build();
        QuantizedModel m = Quantizer.convert(NET, SAMPLES, options);
        Graph q = m.graph();
        assertEquals(DType.F32, q.type("sum").dtype());
        assertEquals(DType.F32, q.type("logits").dtype());
        assertEquals(NET.constant("fc.w"), q.constant("fc.w"));
        // What only moves float values stays in float too.
        assertEquals(Set.of("sum", "pooled", "rows", "logits"), m.keptFloat().keySet());
        assertEquals(DType.S8, q.type("probabilities").dtype());
        assertEquals(2, q.nodes().stream().filter(n -> n.op() instanceof Dequantize).count());
        assertEquals(1, q.nodes().stream().filter(n -> n.op() instanceof Quantize).count());
        assertTrue(Sqnr.measure(NET, q, SAMPLES).get("probabilities") > 20);
    }

    @Test
    void anOutputMadeInFloatStaysFloat() {
        QuantOptions options =
                QuantOptions.PLAIN.toBuilder().keepFloat(Set.of("probabilities")).build();
        Graph q = Quantizer.quantize(NET, SAMPLES, options);
        assertEquals(NET.outputs(), q.outputs());
        assertEquals(DType.F32, q.type("probabilities").dtype());
        assertEquals(DType.S8, q.type("logits").dtype());
    }

    @Test
    void whatCannotBeQuantizedIsRefused() {
        refused(NET, List.of(), QuantOptions.PLAIN, "no sample");
        QuantOptions unknown = QuantOptions.PLAIN.toBuilder().keepFloat(Set.of("nothing")).build();
        refused(NET, SAMPLES, unknown, "node nothing");
        Graph quantized = Quantizer.quantize(NET, SAMPLES, QuantOptions.PLAIN);
        refused(quantized, SAMPLES, QuantOptions.PLAIN, "quantized already");
        QuantOptions all = QuantOptions.PLAIN.toBuilder().keepFloat(names(NET)).build();
        refused(NET, SAMPLES, all, "none of its 7 nodes", "Conv2d conv", "the options say so");
        GraphBuilder b = new GraphBuilder("recurrent");
        b.state("h", TensorType.f32(2), "", "y");
        b.input("x", TensorType.f32(2));
        b.output(b.add("y", new Add(Activation.NONE), "x", "h"));
        List<List<Tensor>> one = List.of(List.of(Tensor.of(Shape.of(2), 1f, 2f)));
        refused(b.build(), one, QuantOptions.PLAIN, "state");
    }

    @Test
    void fixedRangesAndTheirMovesAgree() {
        GraphBuilder b = new GraphBuilder("moved");
        String x = b.input("x", TensorType.f32(1, 4));
        String p = b.add("p", new Softmax(1, 1), x);
        b.output(b.add("r", new Reshape(Ints.of(2, 2)), p));
        List<List<Tensor>> one = List.of(List.of(Tensor.of(Shape.of(1, 4), 1f, 2f, 3f, -1f)));
        Graph q = Quantizer.quantize(b.build(), one, QuantOptions.PLAIN);
        assertEquals(q.type("p").quant(), q.type("r").quant());
        assertEquals(Quant.perTensor(1f / 256, -128), q.type("r").quant());
        assertFalse(q.has("p_requantized"));
    }

    @Test
    void sumsThatCancelInCalibrationDoNotWrapElsewhere() {
        GraphBuilder b = new GraphBuilder("cancel");
        String x = b.input("x", TensorType.f32(1, 2));
        String w = b.constant("w", Tensor.of(Shape.of(1, 2), 1, -0.9999999f));
        b.output(b.add("y", new FullyConnected(false, Activation.NONE), x, w));
        List<List<Tensor>> equal =
                List.of(
                        List.of(Tensor.of(Shape.of(1, 2), 1f, 1)),
                        List.of(Tensor.of(Shape.of(1, 2), -1f, -1)));
        Graph q = Quantizer.quantize(b.build(), equal, QuantOptions.PLAIN);
        try (Session session = Session.open(q)) {
            Tensor most = session.run(Tensor.of(Shape.of(1, 2), 1f, -1)).get(0);
            assertEquals(127, most.code(0));
            Tensor least = session.run(Tensor.of(Shape.of(1, 2), -1f, 1)).get(0);
            assertEquals(-128, least.code(0));
        }
    }

    private static Set<String> names(Graph g) {
        return Set.copyOf(g.nodes().stream().map(n -> n.name()).toList());
    }

    private static void refused(
            Graph g, List<List<Tensor>> samples, QuantOptions options, String... words) {
        FormatException e =
                assertThrows(FormatException.class, () -> Quantizer.quantize(g, samples, options));
        for (String w : words) {
            assertTrue(e.getMessage().contains(w), e.getMessage());
        }
    }
}

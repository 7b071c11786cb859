package quern.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.error.FormatException;
import quern.fixedpoint.DynamicRange;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.activation.Relu;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.quantize.Cast;
import quern.op.quantize.Dequantize;
import quern.op.quantize.DynamicQuantize;
import quern.op.shape.Gather;
import quern.quant.affine.WeightQuantizer;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.reference.ReferenceInterpreter;
import quern.rewrite.Simplify;
import quern.runtime.Plan;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The schemes that need no samples: dynamic codes, and weights that are only stored. */
class SchemeTest {
    private static final Graph NET = TestNets.small();
    private static final List<Tensor> SAMPLE = TestNets.samples(NET, 1).get(0);

    private static QuantOptions options(Scheme scheme, int bits, int block) {
        return QuantOptions.builder()
                .scheme(scheme)
                .weightBits(bits)
                .weightBlock(block)
                .compensated(false)
                .biasCorrection(false)
                .build();
    }

    private static double worst(Graph a, Graph b, List<Tensor> sample) {
        Tensor x = new ReferenceInterpreter(a).run(sample).get(0);
        Tensor y = new ReferenceInterpreter(b).run(sample).get(0);
        double worst = 0;
        for (int i = 0; i < x.elements(); i++) {
            worst = Math.max(worst, Math.abs((double) x.real(i) - y.real(i)));
        }
        return worst;
    }

    /** A session makes the bits of the reference kernels; the plan holds no stored weights. */
    private static void assertRuns(Graph g, List<Tensor> sample) {
        Plan plan = Plan.of(g, PlanOptions.defaults());
        assertFalse(plan.toString().contains("= Dequantize("), plan::toString);
        try (Session session = Session.open(plan)) {
            Tensor fast = session.run(sample.toArray(Tensor[]::new)).get(0);
            Tensor reference = new ReferenceInterpreter(g).run(sample).get(0);
            assertArrayEquals(
                    Arrays.copyOf(reference.floats(), reference.elements()),
                    Arrays.copyOfRange(
                            fast.floats(), fast.offset(), fast.offset() + fast.elements()));
        }
    }

    @Test
    void everySchemeRunsAndIsClose() {
        Object[][] all = {
            {Scheme.DYNAMIC, 8, 0, 0.02},
            {Scheme.WEIGHT_ONLY, 8, 0, 0.005},
            {Scheme.WEIGHT_ONLY, 8, 4, 0.005},
            {Scheme.WEIGHT_ONLY, 4, 0, 0.2},
            {Scheme.WEIGHT_ONLY, 4, 5, 0.2},
            {Scheme.FLOAT16, 8, 0, 0.0005},
            {Scheme.BFLOAT16, 8, 0, 0.005}
        };
        for (Object[] row : all) {
            QuantOptions o = options((Scheme) row[0], (int) row[1], (int) row[2]);
            QuantizedModel m = Quantizer.convert(NET, o);
            assertEquals(NET.inputs(), m.graph().inputs());
            assertEquals(NET.outputs(), m.graph().outputs());
            double worst = worst(NET, m.graph(), SAMPLE);
            assertTrue(worst > 0 && worst < (double) row[3], o.describe() + ": " + worst);
            assertRuns(m.graph(), SAMPLE);
            Graph again = Quantizer.convert(NET, List.of(SAMPLE), o).graph();
            assertEquals(m.graph().constants(), again.constants(), o::describe);
            assertEquals(m.graph().nodes(), again.nodes());
            assertEquals(o.describe(), m.graph().metadata().get("quantization.options"));
            assertTrue(m.report(List.of(SAMPLE)).rows().size() >= 7);
        }
    }

    /** Samples say how weights are best rounded, of channels and of blocks. */
    @Test
    void samplesMakeFewBitsBetter() {
        List<List<Tensor>> samples = TestNets.samples(NET, 30);
        for (Scheme scheme : List.of(Scheme.WEIGHT_ONLY, Scheme.DYNAMIC)) {
            int block = scheme == Scheme.WEIGHT_ONLY ? 4 : 0;
            QuantOptions plain = options(scheme, 3, block).toBuilder().fineEdges(false).build();
            QuantOptions repaired =
                    plain.toBuilder().compensated(true).biasCorrection(true).build();
            Graph near = Quantizer.convert(NET, samples, plain).graph();
            Graph better = Quantizer.convert(NET, samples, repaired).graph();
            double before = 0;
            double after = 0;
            for (List<Tensor> sample : samples) {
                before += worst(NET, near, sample);
                after += worst(NET, better, sample);
            }
            assertTrue(after < 0.9 * before, scheme + ": " + after + " of " + before);
            assertEquals("30", better.metadata().get("quantization.samples"));
            assertTrue(better.metadata().get("quantization.data").startsWith("sha256 "));
            assertRuns(better, SAMPLE);
            String refusal =
                    assertThrows(
                                    FormatException.class,
                                    () -> Quantizer.convert(NET, List.of(), repaired))
                            .getMessage();
            assertTrue(refusal.contains("no calibration sample"), refusal);
        }
    }

    @Test
    void codesOfFourBitsArePackedInBlocks() {
        GraphBuilder b = new GraphBuilder("rows");
        String x = b.input("x", TensorType.f32(2, 70));
        Tensor w = TestNets.random(new Random(5), Shape.of(3, 70), 1);
        b.output(b.add("y", new FullyConnected(true, Activation.NONE), x, b.constant("w", w)));
        Graph g = b.build();
        QuantOptions o = options(Scheme.WEIGHT_ONLY, 4, 32).toBuilder().fineEdges(false).build();
        Graph q = Quantizer.convert(g, o).graph();
        Tensor codes = q.constants().values().iterator().next();
        assertEquals(DType.S4, codes.dtype());
        assertEquals(105, codes.dtype().byteSize(codes.elements()));
        Quant.PerBlock p = (Quant.PerBlock) codes.type().quant();
        assertEquals(9, p.scales().size());
        for (int i = 0; i < w.elements(); i++) {
            float scale = p.scales().at(i / 70 * 3 + i % 70 / 32);
            assertTrue(Math.abs(codes.code(i)) <= 7);
            assertEquals(w.real(i), codes.code(i) * scale, 0.501 * scale);
        }
        assertRuns(q, TestNets.samples(g, 1).get(0));
    }

    /** The depthwise layer between them has too few weights to be stored in another form. */
    @Test
    void firstAndLastLayersHaveEightBits() {
        for (Scheme scheme : List.of(Scheme.STATIC, Scheme.WEIGHT_ONLY, Scheme.DYNAMIC)) {
            QuantOptions o = options(scheme, 4, 0);
            Graph q = Quantizer.convert(NET, List.of(SAMPLE), o).graph();
            List<Integer> bits =
                    q.constants().values().stream()
                            .filter(t -> t.dtype() == DType.S8 || t.dtype() == DType.S4)
                            .map(t -> t.dtype().bits())
                            .sorted()
                            .toList();
            boolean few = scheme == Scheme.WEIGHT_ONLY;
            assertEquals(few ? List.of(8, 8) : List.of(4, 8, 8), bits, o::describe);
            assertTrue(
                    Quantizer.convert(NET, List.of(SAMPLE), o.toBuilder().fineEdges(false).build())
                            .graph()
                            .constants()
                            .values()
                            .stream()
                            .noneMatch(t -> t.dtype() == DType.S8));
        }
    }

    @Test
    void sixteenBitFloatsTakeHalfAndThoseTooLargeStay() {
        Graph half = Quantizer.convert(NET, options(Scheme.FLOAT16, 8, 0)).graph();
        assertTrue(half.nodes().stream().anyMatch(n -> n.op() instanceof Cast));
        assertTrue(half.constants().values().stream().anyMatch(t -> t.dtype() == DType.F16));
        GraphBuilder b = new GraphBuilder("large");
        String x = b.input("x", TensorType.f32(1, 70));
        Tensor large = TestNets.random(new Random(5), Shape.of(2, 70), 1);
        large.floats()[3] = 70000;
        Tensor small = TestNets.random(new Random(6), Shape.of(2, 70), 1);
        b.output(b.add("a", new FullyConnected(true, Activation.NONE), x, b.constant("l", large)));
        b.output(b.add("b", new FullyConnected(true, Activation.NONE), x, b.constant("s", small)));
        QuantizedModel m = Quantizer.convert(b.build(), options(Scheme.FLOAT16, 8, 0));
        assertEquals(Set.of("a"), m.keptFloat().keySet());
        assertTrue(m.keptFloat().get("a").contains("70000"), m.keptFloat()::toString);
    }

    @Test
    void tablesAreStoredByRows() {
        GraphBuilder b = new GraphBuilder("words");
        String ids = b.input("ids", TensorType.of(DType.S32, Shape.of(3)));
        Tensor table = TestNets.random(new Random(5), Shape.of(40, 8), 1);
        b.output(b.add("y", new Gather(0, 0), b.constant("table", table), ids));
        Graph q = Quantizer.convert(b.build(), options(Scheme.WEIGHT_ONLY, 8, 0)).graph();
        Tensor codes = q.constants().values().iterator().next();
        assertEquals(40, ((Quant.PerChannel) codes.type().quant()).scales().size());
    }

    @Test
    void openDimensionsStayOpen() {
        GraphBuilder b = new GraphBuilder("open");
        String x = b.input("x", TensorType.of(DType.F32, Shape.of(List.of("n", "16"))));
        Tensor w = TestNets.random(new Random(5), Shape.of(8, 16), 1);
        Graph g =
                b.output(
                                b.add(
                                        "y",
                                        new FullyConnected(true, Activation.RELU),
                                        x,
                                        b.constant("w", w)))
                        .build();
        List<Tensor> three = List.of(TestNets.random(new Random(7), Shape.of(3, 16), 1));
        for (Scheme s : List.of(Scheme.DYNAMIC, Scheme.WEIGHT_ONLY, Scheme.BFLOAT16)) {
            Graph q = Quantizer.convert(g, options(s, 8, 0)).graph();
            assertTrue(q.inputs().get(0).type().shape().isSymbolic(0));
            try (Session real = Session.open(g);
                    Session codes = Session.open(q)) {
                Tensor a = real.run(three.get(0)).get(0);
                Tensor c = codes.run(three.get(0)).get(0);
                for (int i = 0; i < a.elements(); i++) {
                    assertEquals(a.real(i), c.real(i), 0.15);
                }
            }
        }
    }

    @Test
    void namedNodesKeepTheirWeights() {
        for (Scheme s : List.of(Scheme.DYNAMIC, Scheme.WEIGHT_ONLY, Scheme.FLOAT16)) {
            QuantOptions o = QuantOptions.builder().scheme(s).keepFloat(Set.of("conv")).build();
            QuantizedModel m = Quantizer.convert(NET, o);
            assertEquals(NET.producer("conv"), m.graph().producer("conv"));
            assertEquals(Set.of("conv"), m.keptFloat().keySet());
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        GraphBuilder b = new GraphBuilder("none");
        String x = b.input("x", TensorType.f32(1, 4));
        b.output(b.add("y", new Relu(), x));
        Graph none = b.build();
        for (Scheme s : Scheme.values()) {
            if (!s.needsSamples()) {
                assertThrows(
                        FormatException.class, () -> Quantizer.convert(none, options(s, 8, 0)));
            }
        }
        assertThrows(
                IllegalArgumentException.class, () -> Quantizer.convert(NET, QuantOptions.PLAIN));
        assertThrows(IllegalArgumentException.class, () -> options(Scheme.DYNAMIC, 8, 32));
        GraphBuilder n = new GraphBuilder("nan");
        Tensor w = TestNets.random(new Random(5), Shape.of(8, 16), 1);
        w.floats()[7] = Float.NaN;
        String y = n.input("x", TensorType.f32(1, 16));
        n.output(n.add("y", new FullyConnected(true, Activation.NONE), y, n.constant("w", w)));
        for (int block : new int[] {0, 16}) {
            FormatException e =
                    assertThrows(
                            FormatException.class,
                            () ->
                                    Quantizer.convert(
                                            n.build(), options(Scheme.WEIGHT_ONLY, 8, block)));
            assertTrue(e.getMessage().contains("weight 7 is NaN"), e.getMessage());
        }
    }

    @Property(seed = "43", tries = 1500)
    void dynamicProductsAreOffByTheirSteps(@ForAll("layers") OpCase c) {
        Graph g = Simplify.simplify(c.graph());
        Node n = g.nodes().get(0);
        QuantizedModel m = Quantizer.convert(g, options(Scheme.DYNAMIC, 8, 0));
        assertTrue(m.graph().nodes().stream().anyMatch(d -> d.op() instanceof DynamicQuantize));
        assertFalse(m.graph().nodes().stream().anyMatch(d -> d.op() instanceof Dequantize));
        Tensor x = c.inputs().get(0);
        float low = 0;
        float high = 0;
        for (int i = 0; i < x.elements(); i++) {
            low = Math.min(low, x.real(i));
            high = Math.max(high, x.real(i));
        }
        int axis = ((QuantRule.Weighted) QuantRules.of(n.op())).channelAxis();
        WeightQuantizer weights = new WeightQuantizer(QuantOptions.DEFAULT.weightScheme(), true);
        Tensor w = weights.quantizeWeights(g.constant(n.inputs().get(1)).orElseThrow(), axis);
        float step = 2 * DynamicRange.of(low, high).scale();
        List<TensorType> types = List.of(TensorType.s8(step, 0).withShape(x.shape()), w.type());
        TensorType fine = TensorType.s8(Float.MIN_NORMAL, 0).withShape(n.output().type().shape());
        List<Tensor> operands = n.inputs().stream().map(i -> g.constant(i).orElse(x)).toList();
        Tensor real = OpRuns.run(n.op(), operands);
        Tensor bound = ErrorBound.of(n, operands, types, fine);
        Tensor y = new ReferenceInterpreter(m.graph()).run(List.of(x)).get(0);
        for (int i = 0; i < y.elements(); i++) {
            double most = bound.real(i) * 1.0001 + Math.abs(real.real(i)) * 1e-4 + 1e-6;
            assertEquals(real.real(i), y.real(i), most, c::toString);
        }
    }

    @Provide
    Arbitrary<OpCase> layers() {
        return Arbitraries.of(Conv2d.class, DepthwiseConv2d.class, FullyConnected.class)
                .flatMap(type -> OpCases.row(type).arbitrary())
                .filter(OpRuns::isOrdinary)
                .filter(c -> c.inputs().size() == 1 && c.inputs().get(0).elements() > 0)
                .filter(c -> Simplify.simplify(c.graph()).nodes().size() == 1)
                .filter(c -> c.graph().constant(c.node().inputs().get(1)).isPresent());
    }
}

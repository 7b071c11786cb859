package quern.quant.sensitivity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.activation.Logistic;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.nn.BatchMatmul;
import quern.op.nn.FullyConnected;
import quern.op.reduction.LayerNormalization;
import quern.op.shape.Concat;
import quern.op.shape.Reshape;
import quern.quant.QuantOptions;
import quern.quant.QuantizedModel;
import quern.quant.Quantizer;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.Range;
import quern.quant.calibration.Ranges;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class SensitivityTest {
    private static final AffineScheme S8 = AffineScheme.S8_ASYMMETRIC;

    /** Boxes in pixels beside scores; with {@code inner} something computes with them. */
    private static Graph head(boolean inner) {
        GraphBuilder b = new GraphBuilder("head");
        b.input("boxes", TensorType.f32(1, 4));
        b.input("logits", TensorType.f32(1, 4));
        b.add("scores", new Logistic(), "logits");
        b.add("joined", new Concat(1), "boxes", "scores");
        b.add("moved", new Reshape(Ints.of(2, 4)), "joined");
        return b.output(inner ? b.add("y", new Tanh(), "moved") : "moved").build();
    }

    @Test
    void mixedRangesOnTheWayOutStayInFloat() {
        Map<String, Range> wide = Map.of("boxes", new Range(0, 416), "scores", new Range(0, 1));
        assertEquals(
                Set.of("joined", "moved"), Guards.find(head(false), new Ranges(wide)).keySet());
        assertEquals(Map.of(), Guards.find(head(true), new Ranges(wide)));
        Map<String, Range> alike = Map.of("boxes", new Range(0, 1.5), "scores", new Range(0, 1));
        assertEquals(Map.of(), Guards.find(head(false), new Ranges(alike)));
    }

    @Test
    void scoresBesideBoxesSurvive() {
        Graph g = head(false);
        Random random = new Random(2);
        List<List<Tensor>> samples = new ArrayList<>();
        for (int s = 0; s < 20; s++) {
            float[] boxes = new float[4];
            float[] logits = new float[4];
            for (int i = 0; i < 4; i++) {
                boxes[i] = random.nextFloat() * 416;
                logits[i] = (float) random.nextGaussian();
            }
            samples.add(
                    List.of(Tensor.of(Shape.of(1, 4), boxes), Tensor.of(Shape.of(1, 4), logits)));
        }
        OutputError error = new OutputError(g, samples);
        QuantizedModel guarded = Quantizer.convert(g, samples, QuantOptions.DEFAULT);
        assertEquals(DType.F32, guarded.graph().type("moved").dtype());
        assertTrue(guarded.keptFloat().get("joined").contains("ranges"));
        Graph plain =
                Quantizer.quantize(
                        g, samples, QuantOptions.PLAIN.toBuilder().floatOutputs(true).build());
        // A step of the shared scale is more than a score can be.
        assertTrue(plain.type("joined").scale(0) > 1);
        assertTrue(error.of(guarded.graph()) < error.of(plain));
    }

    @Test
    void ofATransformerOnlyProductsAreQuantized() {
        GraphBuilder b = new GraphBuilder("attention");
        b.input("x", TensorType.f32(1, 4, 4));
        b.constant("scale", Tensor.of(Shape.of(4), 1f, 1, 1, 1));
        b.constant("offset", Tensor.of(Shape.of(4), 0f, 0, 0, 0));
        b.add("norm", new LayerNormalization(1e-5f), "x", "scale", "offset");
        b.add("products", new BatchMatmul(false, true), "norm", "norm");
        b.add("weights", new Softmax(2, 1), "products");
        b.add("mixed", new BatchMatmul(false, false), "weights", "norm");
        Graph g = b.output(b.add("y", new Add(Activation.NONE), "mixed", "x")).build();
        assertEquals(Set.of("norm", "weights", "y"), Guards.find(g, new Ranges(Map.of())).keySet());
    }

    @Test
    void productsBetweenFloatLeaveTheirAccumulators() {
        GraphBuilder b = new GraphBuilder("block");
        b.input("x", TensorType.f32(4, 8));
        Random random = new Random(8);
        float[] w = new float[40];
        float[] bias = new float[5];
        for (int i = 0; i < 40; i++) {
            w[i] = (float) random.nextGaussian();
            bias[i % 5] = 3 * (float) random.nextGaussian();
        }
        b.constant("w", Tensor.of(Shape.of(5, 8), w));
        b.constant("bias", Tensor.of(Shape.of(5), bias));
        b.add("dense", new FullyConnected(false, Activation.NONE), "x", "w", "bias");
        b.constant("scale", Tensor.of(Shape.of(5), 1f, 1, 1, 1, 1));
        b.constant("offset", Tensor.of(Shape.of(5), 0f, 0, 0, 0, 0));
        b.add("norm", new LayerNormalization(1e-5f), "dense", "scale", "offset");
        Graph g = b.output(b.add("y", new Softmax(1, 1), "norm")).build();
        List<List<Tensor>> samples = new ArrayList<>();
        for (int s = 0; s < 10; s++) {
            float[] x = new float[32];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextGaussian();
            }
            samples.add(List.of(Tensor.of(Shape.of(4, 8), x)));
        }
        Graph q = Quantizer.quantize(g, samples, QuantOptions.DEFAULT);
        assertEquals(DType.F32, q.type("dense").dtype());
        assertTrue(
                q.nodes().stream()
                        .anyMatch(
                                n ->
                                        n.op() instanceof FullyConnected
                                                && n.output().type().dtype() == DType.S32));
        assertTrue(new OutputError(g, samples).of(q) < 1e-3);
    }

    @Test
    void theErrorIsThatOfTheOutputs() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(2));
        b.constant("two", Tensor.of(Shape.of(1), 2f));
        Graph g = b.output(b.add("y", new Mul(Activation.NONE), "x", "two")).build();
        List<List<Tensor>> samples = List.of(List.of(Tensor.of(Shape.of(2), 0.25f, 1f)));
        OutputError error = new OutputError(g, samples);
        assertEquals(0, error.of(g));
        // x becomes 0 and 1, y 0 and 2: of 0.5 and 2, whose spread is 1.125.
        var whole = S8.parameters(new Range(0, 255));
        assertEquals(0.25 / 1.125, error.of("x", whole), 1e-6);
    }

    @Test
    void aValueOfManySizesDominates() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(64));
        String v = "x";
        for (int i = 0; i < 30; i++) {
            v = b.add("tanh" + i, new Tanh(), v);
        }
        b.constant("steep", Tensor.of(Shape.of(1), 40f));
        b.add("product", new Mul(Activation.NONE), "x", "steep");
        b.add("cube", new Mul(Activation.NONE), "product", "product");
        b.add("small", new Tanh(), "cube");
        Graph g = b.output(b.add("y", new Add(Activation.NONE), "small", v)).build();
        Random random = new Random(5);
        List<List<Tensor>> samples = new ArrayList<>();
        for (int s = 0; s < 8; s++) {
            float[] x = new float[64];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) Math.exp(random.nextGaussian() * 1.5 - 4);
            }
            samples.add(List.of(Tensor.of(Shape.of(64), x)));
        }
        QuantizedModel all =
                Quantizer.convert(
                        g, samples, QuantOptions.DEFAULT.toBuilder().keptShare(0).build());
        QuantizedModel some = Quantizer.convert(g, samples, QuantOptions.DEFAULT);
        assertEquals(Map.of(), all.keptFloat());
        assertTrue(some.keptFloat().containsKey("cube"), some.keptFloat().toString());
        assertTrue(some.keptFloat().get("cube").contains("% of the output error"));
        OutputError error = new OutputError(g, samples);
        assertTrue(error.of(some.graph()) < error.of(all.graph()));
    }
}

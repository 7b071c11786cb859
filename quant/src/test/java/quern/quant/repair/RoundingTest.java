package quern.quant.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.Channels;
import quern.quant.affine.Codes;
import quern.quant.affine.WeightQuantizer;
import quern.quant.trace.Trace;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Compensated rounding and bias correction of single layers with neighbouring inputs alike. */
class RoundingTest {
    private static final WeightQuantizer FEW =
            new WeightQuantizer(new AffineScheme(DType.S8, 4, true), true);
    private static final Ints ONE = Ints.of(1, 1);

    private enum Layer {
        CONV(
                new Conv2d(Ints.of(2, 1), Ints.of(1, 2), Padding.SAME, 1, Activation.NONE),
                Shape.of(1, 9, 8, 4),
                Shape.of(5, 3, 3, 4)),
        GROUPED(
                new Conv2d(ONE, ONE, Padding.VALID, 2, Activation.NONE),
                Shape.of(1, 9, 8, 4),
                Shape.of(6, 3, 2, 2)),
        DEPTHWISE(
                new DepthwiseConv2d(ONE, ONE, Padding.SAME, Activation.NONE),
                Shape.of(1, 9, 8, 4),
                Shape.of(1, 3, 3, 4)),
        CONNECTED(new FullyConnected(false, Activation.NONE), Shape.of(3, 40), Shape.of(5, 40));

        private final Op op;
        private final Shape x;
        private final Shape w;

        Layer(Op op, Shape x, Shape w) {
            this.op = op;
            this.x = x;
            this.w = w;
        }

        Graph graph() {
            Random random = new Random(3);
            GraphBuilder b = new GraphBuilder("layer");
            b.input("x", TensorType.of(DType.F32, x));
            Tensor weights = Tensor.zeros(TensorType.of(DType.F32, w));
            for (int i = 0; i < weights.elements(); i++) {
                weights.setReal(i, (float) random.nextGaussian());
            }
            b.constant("w", weights);
            return b.output(b.add("y", op, "x", "w")).build();
        }

        /** Elements that change little from one to the next, about a mean that is not 0. */
        List<List<Tensor>> samples() {
            Random random = new Random(4);
            List<List<Tensor>> all = new ArrayList<>();
            for (int s = 0; s < 20; s++) {
                Tensor t = Tensor.zeros(TensorType.of(DType.F32, x));
                double v = 1;
                for (int i = 0; i < t.elements(); i++) {
                    v = 0.9 * v + 0.1 + 0.2 * random.nextGaussian();
                    t.setReal(i, (float) v);
                }
                all.add(List.of(t));
            }
            return all;
        }
    }

    private static Tensor nearest(Graph g, Layer layer) {
        return FEW.quantizeWeights(
                g.constant("w").orElseThrow(), layer.op instanceof DepthwiseConv2d ? 3 : 0);
    }

    /** The graph with other weights, and a bias if there is one. */
    private static Graph with(Graph g, Tensor weights, Optional<Tensor> bias) {
        Node n = g.nodes().get(0);
        GraphBuilder b = new GraphBuilder("other");
        b.input("x", g.inputs().get(0).type());
        b.constant("w", weights);
        List<String> inputs = new ArrayList<>(List.of("x", "w"));
        bias.ifPresent(t -> inputs.add(b.constant("b", t)));
        return b.output(b.add("y", n.op(), inputs, n.output().type())).build();
    }

    private static List<Tensor> run(Graph g, List<List<Tensor>> samples) {
        List<Tensor> all = new ArrayList<>();
        try (Trace trace = Trace.of(g)) {
            for (List<Tensor> s : samples) {
                trace.run(s, "sample");
                all.add(trace.value(g.outputs().get(0)).copy());
            }
        }
        return all;
    }

    private static double error(List<Tensor> a, List<Tensor> b) {
        double sum = 0;
        for (int s = 0; s < a.size(); s++) {
            for (int i = 0; i < a.get(s).elements(); i++) {
                double d = a.get(s).real(i) - b.get(s).real(i);
                sum += d * d;
            }
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource
    void weightsMakeUpForEachOther(Layer layer) {
        Graph g = layer.graph();
        List<List<Tensor>> samples = layer.samples();
        Map<String, Tensor> codes = CompensatedRounding.codes(g, n -> true, FEW, samples);
        Tensor rounded = codes.get("y");
        Tensor nearest = nearest(g, layer);
        assertEquals(nearest.type(), rounded.type());
        List<Tensor> exact = run(g, samples);
        double plain =
                error(exact, run(with(g, Codes.dequantize(nearest), Optional.empty()), samples));
        double less =
                error(exact, run(with(g, Codes.dequantize(rounded), Optional.empty()), samples));
        assertTrue(less < 0.7 * plain, less + " of " + plain);
    }

    @ParameterizedTest
    @EnumSource
    void adaptiveRoundingTakesTheBetterNeighbour(Layer layer) {
        Graph g = layer.graph();
        List<List<Tensor>> samples = layer.samples();
        Tensor rounded = AdaptiveRounding.codes(g, n -> true, FEW, samples).get("y");
        Tensor nearest = nearest(g, layer);
        assertEquals(nearest.type(), rounded.type());
        Tensor exact = g.constant("w").orElseThrow();
        Tensor back = Codes.dequantize(rounded);
        for (int i = 0; i < exact.elements(); i++) {
            double step = rounded.type().scale(Channels.of(rounded.type()).of(i));
            assertEquals(exact.real(i), back.real(i), step * 1.0001, "weight " + i);
        }
        List<Tensor> real = run(g, samples);
        double plain =
                error(real, run(with(g, Codes.dequantize(nearest), Optional.empty()), samples));
        double less =
                error(real, run(with(g, Codes.dequantize(rounded), Optional.empty()), samples));
        assertTrue(less < 0.7 * plain, less + " of " + plain);
        assertEquals(rounded, AdaptiveRounding.codes(g, n -> true, FEW, samples).get("y"));
    }

    @ParameterizedTest
    @EnumSource
    void theMeanOfEachChannelComesBack(Layer layer) {
        Graph g = layer.graph();
        List<List<Tensor>> samples = layer.samples();
        Graph corrected = BiasCorrection.apply(g, n -> true, FEW, Map.of(), samples);
        Node n = corrected.nodes().get(0);
        Tensor bias = corrected.constant(n.inputs().get(2)).orElseThrow();
        Tensor weights = Codes.dequantize(nearest(g, layer));
        double[] exact = means(run(g, samples));
        double[] off = means(run(with(g, weights, Optional.empty()), samples));
        double[] back = means(run(with(g, weights, Optional.of(bias)), samples));
        double shift = 0;
        for (int c = 0; c < exact.length; c++) {
            assertEquals(exact[c], back[c], 1e-4, "channel " + c);
            shift = Math.max(shift, Math.abs(exact[c] - off[c]));
        }
        assertTrue(shift > 0.01, "there was nothing to correct");
    }

    private static double[] means(List<Tensor> outputs) {
        Shape shape = outputs.get(0).shape();
        double[] means = new double[shape.dim(shape.rank() - 1)];
        for (Tensor t : outputs) {
            for (int i = 0; i < t.elements(); i++) {
                means[i % means.length] += t.real(i) / (t.elements() / means.length);
            }
        }
        for (int c = 0; c < means.length; c++) {
            means[c] /= outputs.size();
        }
        return means;
    }

    @Test
    void aLayerOfZerosIsLeftAsItIs() {
        Graph g = Layer.CONNECTED.graph();
        List<List<Tensor>> zeros = List.of(List.of(Tensor.zeros(g.inputs().get(0).type())));
        Tensor rounded = CompensatedRounding.codes(g, n -> true, FEW, zeros).get("y");
        assertEquals(nearest(g, Layer.CONNECTED), rounded);
        Tensor adaptive = AdaptiveRounding.codes(g, n -> true, FEW, zeros).get("y");
        assertEquals(nearest(g, Layer.CONNECTED), adaptive);
    }
}

package quern.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.GraphText;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.nn.Conv2d;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Transpose;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Graphs of any shape, values read many times, some nodes in float, several outputs. */
class RandomGraphTest {
    private static final Ints ONE = Ints.of(1, 1);
    private static final double LEAST_DECIBELS = 12;

    @Property(seed = "51", tries = 400)
    void everyValueIsNearItsFloat(@ForAll long seed) {
        Random r = new Random(seed);
        Graph g = graph(r);
        QuantOptions options =
                QuantOptions.PLAIN.toBuilder()
                        .keepFloat(some(r, g))
                        .floatInputs(r.nextInt(4) == 0)
                        .floatOutputs(r.nextInt(4) == 0)
                        .symmetricWeights(r.nextBoolean())
                        .perChannel(r.nextBoolean())
                        .build();
        List<List<Tensor>> samples = TestNets.samples(g, 4);
        QuantizedModel m = Quantizer.convert(g, samples, options);
        Graph q = m.graph();
        assertEquals(g.outputs(), q.outputs());
        assertEquals(q, GraphText.of(q).parse(q.metadata()));
        Map<String, Double> ratios = Sqnr.measure(m.original(), q, samples);
        for (Node n : m.original().nodes()) {
            assertTrue(
                    ratios.get(n.name()) > LEAST_DECIBELS,
                    () -> n.name() + " " + ratios + "\n" + GraphText.of(q).text());
        }
        for (String out : q.outputs()) {
            boolean real = options.floatOutputs() || m.keptFloat().containsKey(out);
            assertEquals(!real, q.type(out).isQuantized(), out);
        }
    }

    private static Set<String> some(Random r, Graph g) {
        Set<String> names = new HashSet<>();
        Graph simple = quern.rewrite.Simplify.simplify(g);
        for (Node n : simple.nodes().subList(1, simple.nodes().size())) {
            if (r.nextInt(8) == 0) {
                names.add(n.name());
            }
        }
        return names;
    }

    private static Graph graph(Random r) {
        GraphBuilder b = new GraphBuilder("random");
        List<String> values = new ArrayList<>();
        values.add(b.input("x", TensorType.f32(1, 4, 4, 3)));
        values.add(conv(r, b, "first", "x", 3));
        int nodes = 2 + r.nextInt(9);
        for (int i = 0; i < nodes; i++) {
            values.add(node(r, b, "v" + i, pick(r, values), pick(r, values)));
        }
        b.output(values.get(values.size() - 1));
        if (r.nextBoolean()) {
            String more = values.get(1 + r.nextInt(values.size() - 2));
            b.output(more);
        }
        return b.build();
    }

    private static String pick(Random r, List<String> values) {
        return values.get(Math.max(0, values.size() - 1 - r.nextInt(4)));
    }

    private static String node(Random r, GraphBuilder b, String name, String a, String c) {
        int channels = b.type(a).shape().dim(3);
        boolean same = b.type(a).shape().equals(b.type(c).shape());
        boolean joins = b.type(a).shape().dim(1) == b.type(c).shape().dim(1);
        Activation activation = r.nextBoolean() ? Activation.NONE : Activation.RELU;
        switch (r.nextInt(12)) {
            case 0:
                return b.add(name, new Add(activation), a, same ? c : a);
            case 1:
                return b.add(name, new Mul(Activation.NONE), a, scale(r, b, name, channels));
            case 2:
                return b.add(name, new MaxPool2d(ONE, ONE, Padding.SAME, Activation.NONE), a);
            case 3:
                return b.add(
                        name,
                        new AveragePool2d(Ints.of(2, 2), ONE, Padding.SAME, Activation.NONE),
                        a);
            case 4:
                return b.add(name, new Relu(), a);
            case 5:
                return b.add(name, new Relu6(), a);
            case 6:
                return b.add(name, new Logistic(), a);
            case 7:
                return b.add(name, new Transpose(Ints.of(0, 2, 1, 3)), a);
            case 8:
                Ints none = Ints.of(0, 0, 0, 0);
                return b.add(name, new Pad(none, Ints.of(0, 0, 0, 1), 0), a);
            case 9:
            case 10:
                return channels < 12 && joins
                        ? b.add(name, new Concat(3), a, c)
                        : conv(r, b, name, a, 2);
            default:
                return conv(r, b, name, a, 1 + r.nextInt(5));
        }
    }

    private static String scale(Random r, GraphBuilder b, String name, int channels) {
        Tensor t = TestNets.random(r, Shape.of(channels), 0.2);
        for (int i = 0; i < channels; i++) {
            t.floats()[i] += 1;
        }
        return b.constant(name + ".f", t);
    }

    private static String conv(Random r, GraphBuilder b, String name, String x, int channels) {
        int in = b.type(x).shape().dim(3);
        Shape shape = Shape.of(channels, 3, 3, in);
        String w = b.constant(name + ".w", TestNets.random(r, shape, 0.4));
        String bias = b.constant(name + ".b", TestNets.random(r, Shape.of(channels), 0.3));
        Activation activation = r.nextBoolean() ? Activation.NONE : Activation.RELU6;
        return b.add(name, new Conv2d(ONE, ONE, Padding.SAME, 1, activation), x, w, bias);
    }
}

package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Softmax;
import quern.op.math.Add;
import quern.op.math.Maximum;
import quern.op.math.Mul;
import quern.op.nn.Conv2d;
import quern.op.nn.FullyConnected;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.Sum;
import quern.op.shape.Concat;
import quern.op.shape.Gather;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Slice;
import quern.op.shape.Tile;
import quern.op.shape.Transpose;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class LayoutPropagationTest {
    private static final Ints TO_LAST = Ints.of(0, 2, 3, 1);
    private static final Ints TO_FIRST = Ints.of(0, 3, 1, 2);

    private static long transposes(Graph g) {
        return g.nodes().stream().filter(n -> n.op() instanceof Transpose).count();
    }

    private static Tensor random(TensorType type, Random random) {
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, (float) random.nextGaussian());
        }
        return t;
    }

    private static void assertSameBits(Graph a, Graph b, Random random) {
        List<Tensor> in = a.inputs().stream().map(v -> random(v.type(), random)).toList();
        assertEquals(new ReferenceInterpreter(a).run(in), new ReferenceInterpreter(b).run(in));
        assertEquals(a.outputs(), b.outputs());
        a.outputs().forEach(o -> assertEquals(a.type(o), b.type(o)));
    }

    private static String conv(GraphBuilder b, String name, String x, int channels, Random r) {
        String last = b.add(name + "_in", new Transpose(TO_LAST), x);
        int inputs = b.type(last).shape().dim(3);
        b.constant(name + "_w", random(TensorType.f32(channels, 3, 3, inputs), r));
        Ints one = Ints.of(1, 1);
        var op = new Conv2d(one, one, Padding.SAME, 1, Activation.NONE);
        String y = b.add(name + "_nhwc", op, last, name + "_w");
        return b.add(name, new Transpose(TO_FIRST), y);
    }

    @Test
    void onlyTheTransposesAtBothEndsRemainOfAResidualBlock() {
        Random r = new Random(1);
        GraphBuilder b = new GraphBuilder("block");
        b.input("x", TensorType.f32(1, 4, 6, 5));
        String y = conv(b, "a", "x", 4, r);
        String relu = b.add("r", new Relu(), y);
        b.constant("scale", random(TensorType.f32(4, 1, 1), r));
        String scaled = b.add("s", new Mul(Activation.NONE), relu, "scale");
        String z = conv(b, "b", scaled, 4, r);
        String sum = b.add("sum", new Add(Activation.NONE), z, relu);
        String gate = b.add("gate", new Logistic(), b.add("gap", mean(), sum));
        String out = b.add("out", new Mul(Activation.NONE), sum, gate);
        Graph g = b.output(conv(b, "c", out, 2, r)).build();
        Graph simple = Simplify.simplify(g);
        assertEquals(2, transposes(simple));
        assertSameBits(g, simple, r);
        assertSame(simple, new LayoutPropagation().apply(simple));
    }

    private static Mean mean() {
        return new Mean(Ints.of(2, 3), true);
    }

    @Test
    void aChannelShuffleMovesChannelsOnly() {
        Random r = new Random(2);
        GraphBuilder b = new GraphBuilder("shuffle");
        b.input("x", TensorType.f32(1, 6, 4, 4));
        String y = conv(b, "a", "x", 6, r);
        b.add("split", new Reshape(Ints.of(1, 2, 3, 4, 4)), y);
        b.add("moved", new Transpose(Ints.of(0, 2, 1, 3, 4)), "split");
        b.add("joined", new Reshape(Ints.of(1, 6, 4, 4)), "moved");
        Graph g = b.output(conv(b, "c", "joined", 2, r)).build();
        Graph simple = Simplify.simplify(g);
        assertEquals(3, transposes(simple));
        assertSameBits(g, simple, r);
    }

    @Test
    void aFlattenedImageKeepsOneTranspose() {
        Random r = new Random(3);
        GraphBuilder b = new GraphBuilder("head");
        b.input("x", TensorType.f32(1, 3, 4, 4));
        String y = b.add("relu", new Relu(), conv(b, "a", "x", 5, r));
        b.add("flat", new Reshape(Ints.of(1, 80)), y);
        b.constant("w", random(TensorType.f32(2, 80), r));
        b.add("fc", new FullyConnected(true, Activation.NONE), "flat", "w");
        Graph g = b.output("fc").build();
        Graph simple = Simplify.simplify(g);
        assertEquals(2, transposes(simple));
        assertSameBits(g, simple, r);
    }

    @Property(seed = "71", tries = 1500)
    void noBitChanges(@ForAll long seed) {
        Random r = new Random(seed);
        Graph g = graph(r);
        assertSameBits(g, LayoutPropagation.pushed(g), r);
        assertSameBits(g, Simplify.simplify(g), r);
    }

    /** A graph of operators that move and compute, with transposes in between. */
    private static Graph graph(Random r) {
        GraphBuilder b = new GraphBuilder("random");
        List<String> values = new ArrayList<>();
        values.add(b.input("x", TensorType.f32(dims(r, 4))));
        values.add(b.input("y", TensorType.f32(dims(r, 2 + r.nextInt(3)))));
        int steps = 2 + r.nextInt(10);
        for (int i = 0; i < steps; i++) {
            String x = values.get(values.size() - 1 - r.nextInt(Math.min(3, values.size())));
            values.add(step(b, "v" + i, x, values, r));
        }
        b.output(values.get(values.size() - 1));
        return b.output(values.get(2 + r.nextInt(values.size() - 2))).build();
    }

    private static int[] dims(Random r, int rank) {
        return IntStream.range(0, rank).map(i -> 1 + r.nextInt(4)).toArray();
    }

    private static Ints permutation(Random r, int rank) {
        List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(axes, r);
        return Ints.of(axes.stream().mapToInt(i -> i).toArray());
    }

    private static String step(
            GraphBuilder b, String name, String x, List<String> values, Random r) {
        Shape s = b.type(x).shape();
        int rank = s.rank();
        if (rank == 0) {
            return b.add(name, new Relu(), x);
        }
        int axis = r.nextInt(rank);
        switch (r.nextInt(15)) {
            case 0, 1, 2, 3:
                return b.add(name, new Transpose(permutation(r, rank)), x);
            case 4:
                return b.add(name, new Logistic(), x);
            case 5:
                int[] constant = s.toArray();
                for (int i = 0; i < rank; i++) {
                    constant[i] = r.nextBoolean() ? 1 : constant[i];
                }
                int from = r.nextInt(rank);
                int[] some = Arrays.copyOfRange(constant, from, rank);
                b.constant(name + "_c", random(TensorType.f32(some), r));
                return b.add(name, new Add(Activation.NONE), name + "_c", x);
            case 6:
                for (String other : values) {
                    if (b.type(other).shape().equals(s)) {
                        return b.add(name, new Maximum(), x, other);
                    }
                }
                return b.add(name, new Mul(Activation.NONE), x, x);
            case 7:
                return b.add(name, new Concat(axis), x, x);
            case 8:
                int[] starts = new int[rank];
                int[] sizes = s.toArray();
                starts[axis] = sizes[axis] - 1;
                sizes[axis] = 1;
                return b.add(name, Slice.of(Ints.of(starts), Ints.of(sizes)), x);
            case 9:
                int[] before = new int[rank];
                before[axis] = 1;
                return b.add(name, new Pad(Ints.of(before), Ints.repeat(0, rank), 0.5f), x);
            case 10:
                boolean keep = r.nextBoolean();
                Ints axes = r.nextBoolean() ? Ints.of(axis) : Ints.of(0, rank - 1);
                Ints distinct = axes.size() == 2 && rank == 1 ? Ints.of(0) : axes;
                return b.add(
                        name,
                        switch (r.nextInt(3)) {
                            case 0 -> new Mean(distinct, keep);
                            case 1 -> new Sum(distinct, keep);
                            default -> new ReduceMax(distinct, keep);
                        },
                        x);
            case 11:
                return b.add(name, new Softmax(axis, 1f), x);
            case 12:
                Tensor at = Tensor.zeros(TensorType.of(DType.S64, Shape.of(1 + r.nextInt(2))));
                Tensor one = Tensor.zeros(TensorType.of(DType.S64, Shape.of()));
                b.constant(name + "_c", r.nextBoolean() ? at : one);
                return b.add(name, new Gather(axis, 0), x, name + "_c");
            case 13:
                int[] repeats = Ints.repeat(1, rank).toArray();
                repeats[axis] = s.elements() > 500 ? 1 : 2;
                return b.add(name, new Tile(Ints.of(repeats)), x);
            default:
                return b.add(name, new Reshape(reshaped(s, r)), x);
        }
    }

    /** Dimensions split, merged and with ones in between. */
    private static Ints reshaped(Shape s, Random r) {
        List<Integer> dims = new ArrayList<>();
        for (int i = 0; i < s.rank(); i++) {
            int d = s.dim(i);
            if (!dims.isEmpty() && r.nextInt(3) == 0) {
                dims.set(dims.size() - 1, dims.get(dims.size() - 1) * d);
            } else if (d % 2 == 0 && d > 0 && r.nextBoolean() && dims.size() < 6) {
                dims.add(2);
                dims.add(d / 2);
            } else if (dims.size() < 7) {
                dims.add(d);
            } else {
                dims.set(dims.size() - 1, dims.get(dims.size() - 1) * d);
            }
            if (r.nextInt(6) == 0 && dims.size() < 6) {
                dims.add(1);
            }
        }
        return Ints.of(dims.stream().mapToInt(i -> i).toArray());
    }
}

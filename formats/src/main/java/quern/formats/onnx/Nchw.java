package quern.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.OpSet;
import quern.op.shape.Transpose;
import quern.rewrite.DeadCode;
import quern.rewrite.IdentityRemoval;
import quern.rewrite.LayoutPropagation;
import quern.rewrite.Rule;
import quern.rewrite.TransposeMerging;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * An operator on an image, the first input, and its result, both with channels in front. Other
 * inputs are as the operator knows them.
 *
 * @param op the same on images with channels behind
 * @param made the type of its result
 */
record Nchw(Op op, TensorType made) implements Op {
    private static final Ints TO_FRONT = Ints.of(0, 3, 1, 2);
    private static final Ints TO_BACK = Ints.of(0, 2, 3, 1);

    private static final Set<String> ON_IMAGES =
            Set.of(
                    "Conv2d",
                    "DepthwiseConv2d",
                    "TransposeConv",
                    "AveragePool2d",
                    "MaxPool2d",
                    "L2Pool2d",
                    "ResizeBilinear",
                    "ResizeNearestNeighbor",
                    "LocalResponseNormalization",
                    "SpaceToDepth",
                    "DepthToSpace");

    private static final List<Rule> RULES =
            List.of(
                    new LayoutPropagation(),
                    new IdentityRemoval(),
                    new TransposeMerging(),
                    new DeadCode());

    /**
     * The graph with channels in front in every operator on images; transposes stand where the
     * layouts meet, as few as can be.
     */
    static Graph layout(Graph graph) {
        List<Node> nodes = new ArrayList<>();
        int images = 0;
        for (Node n : graph.nodes()) {
            TensorType x = n.inputs().isEmpty() ? null : graph.type(n.inputs().get(0));
            if (!ON_IMAGES.contains(OpSet.standard().name(n.op())) || x.shape().rank() != 4) {
                nodes.add(n);
                continue;
            }
            images++;
            String base = base(n.name());
            Value in = new Value(fresh(graph, base + "_x", images), moved(x, TO_FRONT));
            Value out = new Value(fresh(graph, base, images), moved(n.output().type(), TO_FRONT));
            List<String> inputs = new ArrayList<>(n.inputs());
            nodes.add(transpose(n, TO_FRONT, inputs.set(0, in.name()), in));
            nodes.add(new Node(new Nchw(n.op(), out.type()), inputs, List.of(out), n.rounding()));
            nodes.add(transpose(n, TO_BACK, out.name(), n.output()));
        }
        Graph before = graph;
        Graph now = images == 0 ? graph : with(graph, nodes);
        while (now != before) {
            before = now;
            for (Rule rule : RULES) {
                now = rule.apply(now);
            }
        }
        return now;
    }

    /** The name that a value has that was called so because its axes moved. */
    static String base(String name) {
        return name.replaceAll("_t\\d+$", "");
    }

    private static Graph with(Graph g, List<Node> nodes) {
        return new Graph(
                g.name(),
                g.rounding(),
                g.inputs(),
                g.states(),
                g.constants(),
                nodes,
                g.outputs(),
                g.metadata());
    }

    private static String fresh(Graph graph, String prefix, int number) {
        String name = prefix + "_t" + number;
        return graph.has(name) ? fresh(graph, name, number) : name;
    }

    private static Node transpose(Node n, Ints order, String from, Value to) {
        return new Node(new Transpose(order), List.of(from), List.of(to), n.rounding());
    }

    private static TensorType moved(TensorType type, Ints order) {
        List<String> words = type.shape().words();
        for (int i = 0; i < order.size(); i++) {
            words.set(i, type.shape().word(order.at(i)));
        }
        return type.withShape(Shape.of(words));
    }

    @Override
    public Arity arity() {
        return op.arity();
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        return List.of(made);
    }

    @Override
    public void write(Attributes attributes) {
        op.write(attributes);
    }
}

package quern.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.TransposeConv;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.L2Pool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.reduction.LocalResponseNormalization;
import quern.op.shape.DepthToSpace;
import quern.op.shape.SpaceToDepth;
import quern.op.shape.Transpose;
import quern.rewrite.DeadCode;
import quern.rewrite.IdentityRemoval;
import quern.rewrite.LayoutPropagation;
import quern.rewrite.Rule;
import quern.rewrite.TransposeMerging;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * An operator on an image, the first input, and its result, both with channels in front. Other
 * inputs are as the operator knows them.
 *
 * @param op the same on images with channels behind
 */
record Nchw(Op op) implements Op {
    private static final Ints TO_FRONT = Ints.of(0, 3, 1, 2);
    private static final Ints TO_BACK = Ints.of(0, 2, 3, 1);

    private static final List<Class<? extends Op>> ON_IMAGES =
            List.of(
                    Conv2d.class,
                    DepthwiseConv2d.class,
                    TransposeConv.class,
                    AveragePool2d.class,
                    MaxPool2d.class,
                    L2Pool2d.class,
                    ResizeBilinear.class,
                    ResizeNearestNeighbor.class,
                    LocalResponseNormalization.class,
                    SpaceToDepth.class,
                    DepthToSpace.class);

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
            if (!ON_IMAGES.contains(n.op().getClass()) || x.shape().rank() != 4) {
                nodes.add(n);
                continue;
            }
            images++;
            String base = n.name().replaceAll("_t\\d+$", "");
            Value in = new Value(fresh(graph, base + "_x", images), moved(x, TO_FRONT));
            Value out = new Value(fresh(graph, base, images), moved(n.output().type(), TO_FRONT));
            List<String> inputs = new ArrayList<>(n.inputs());
            nodes.add(transpose(n, TO_FRONT, inputs.set(0, in.name()), in));
            nodes.add(new Node(new Nchw(n.op()), inputs, List.of(out), n.rounding()));
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
        return type.withShape(Shape.of(order.stream().mapToObj(type.shape()::word).toList()));
    }

    @Override
    public Arity arity() {
        return op.arity();
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        OpInputs behind =
                new OpInputs() {
                    @Override
                    public int size() {
                        return in.size();
                    }

                    @Override
                    public boolean has(int i) {
                        return in.has(i);
                    }

                    @Override
                    public TensorType type(int i) {
                        return i == 0 ? moved(in.type(0), TO_BACK) : in.type(i);
                    }

                    @Override
                    public Optional<Tensor> constant(int i) {
                        return in.constant(i);
                    }
                };
        return List.of(moved(op.infer(behind).get(0), TO_FRONT));
    }

    @Override
    public void write(Attributes attributes) {
        op.write(attributes);
    }
}

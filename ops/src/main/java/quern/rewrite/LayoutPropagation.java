package quern.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.State;
import quern.graph.Value;
import quern.op.Op;
import quern.op.dynamic.ShapeOf;
import quern.op.shape.Concat;
import quern.op.shape.Gather;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Pushes transposes toward the outputs, through operators that can work on axes in another order,
 * until they meet their inverses or an operator that cannot. The result is taken if it transposes
 * fewer elements. Only elements are moved, so no bit changes.
 */
public record LayoutPropagation() implements Rule {
    @Override
    public String name() {
        return "layout-propagation";
    }

    @Override
    public Graph apply(Graph graph) {
        if (graph.nodes().stream().noneMatch(n -> n.op() instanceof Transpose)) {
            return graph;
        }
        Graph moved = pushed(graph);
        return cost(moved) < cost(graph) ? moved : graph;
    }

    /** The graph with all transposes as near to the outputs as they get. */
    static Graph pushed(Graph graph) {
        return new DeadCode().apply(new Pass(graph).run());
    }

    /** Elements that are transposed; where their number is not known, many. */
    private static double cost(Graph graph) {
        double sum = 0;
        for (Node n : graph.nodes()) {
            if (n.op() instanceof Transpose t) {
                Shape s = n.output().type().shape();
                double elements = 1;
                for (int i = 0; i < s.rank(); i++) {
                    elements *= s.isSymbolic(i) ? 100 : s.dim(i);
                }
                sum += AxisOrder.isIdentity(t.permutation()) ? 1 : 2 + elements;
            }
        }
        return sum;
    }

    /** A value that is there with its axes in another order. */
    private record Pending(String source, Ints order) {}

    private static final class Pass {
        private final Graph graph;
        private final Map<String, Pending> pending = new HashMap<>();
        private final Map<String, TensorType> types = new HashMap<>();
        private final Map<String, Tensor> constants;
        private final List<Node> nodes = new ArrayList<>();
        private final Map<String, String> made = new HashMap<>();
        private final Set<String> kept;
        private int fresh;

        Pass(Graph graph) {
            this.graph = graph;
            this.constants = new LinkedHashMap<>(graph.constants());
            this.kept = new HashSet<>(graph.outputs());
            graph.states().forEach(s -> kept.add(s.next()));
        }

        Graph run() {
            graph.nodes().forEach(this::node);
            kept.forEach(this::inPlace);
            List<State> states = graph.states();
            return new Graph(
                    graph.name(),
                    graph.rounding(),
                    graph.inputs(),
                    states,
                    constants,
                    nodes,
                    graph.outputs(),
                    graph.metadata());
        }

        private TensorType type(String value) {
            TensorType t = types.get(value);
            return t == null ? graph.type(value) : t;
        }

        private Optional<Tensor> constant(String value) {
            return Optional.ofNullable(constants.get(value));
        }

        private void node(Node n) {
            boolean waits = n.inputs().stream().anyMatch(pending::containsKey);
            if (n.op() instanceof Transpose t && !isQuantizedPerChannel(n.output().type())) {
                transpose(n, t);
            } else if (!waits || !moved(n)) {
                n.inputs().forEach(this::inPlace);
                emit(n);
            }
        }

        private static boolean isQuantizedPerChannel(TensorType t) {
            return t.isQuantized() && !(t.quant() instanceof Quant.PerTensor);
        }

        private void emit(Node n) {
            nodes.add(n);
            n.outputs().forEach(v -> types.put(v.name(), v.type()));
        }

        private void transpose(Node n, Transpose t) {
            String x = n.inputs().get(0);
            Pending p = pending.get(x);
            Ints order =
                    p == null ? t.permutation() : AxisOrder.compose(p.order(), t.permutation());
            pending.put(n.name(), new Pending(p == null ? x : p.source(), order));
            types.put(n.name(), n.output().type());
        }

        /** Makes a value under its own name, if it is not there. */
        private void inPlace(String value) {
            Pending p = pending.remove(value);
            if (p == null) {
                return;
            }
            TensorType type = type(value);
            Op op =
                    onlyOnes(type(p.source()).shape(), p.order())
                            ? reshape(type.shape())
                            : new Transpose(p.order());
            emit(
                    new Node(
                            op,
                            List.of(p.source()),
                            List.of(new Value(value, type)),
                            graph.rounding()));
        }

        /** Whether a transpose moves axes of one element only; then it is a reshape. */
        private static boolean onlyOnes(Shape source, Ints order) {
            int last = -1;
            int open = 0;
            for (int i = 0; i < order.size(); i++) {
                int axis = order.at(i);
                open += source.isSymbolic(axis) ? 1 : 0;
                if (source.isSymbolic(axis) || source.dim(axis) != 1) {
                    if (axis < last) {
                        return false;
                    }
                    last = axis;
                }
            }
            return open <= 1 && !AxisOrder.isIdentity(order);
        }

        private static Reshape reshape(Shape to) {
            int[] dims = new int[to.rank()];
            for (int i = 0; i < dims.length; i++) {
                dims[i] = to.isSymbolic(i) ? -1 : to.dim(i);
            }
            return new Reshape(Ints.of(dims));
        }

        private boolean moved(Node n) {
            if (n.outputs().size() != 1 || !n.op().subgraphs().isEmpty()) {
                return false;
            }
            if (n.op() instanceof ShapeOf) {
                return shapeOf(n);
            }
            if (n.op() instanceof Reshape) {
                return reshape(n);
            }
            if (AxisOrder.isElementwise(n.op())) {
                return elementwise(n);
            }
            return other(n);
        }

        /** The dimensions of what is there, in the order that the node knows. */
        private boolean shapeOf(Node n) {
            Pending p = pending.get(n.inputs().get(0));
            String all = fresh(n.name());
            Value dims = new Value(all, n.output().type());
            emit(new Node(n.op(), List.of(p.source()), List.of(dims), n.rounding()));
            Tensor at = Tensor.zeros(TensorType.of(DType.S64, Shape.of(p.order().size())));
            for (int i = 0; i < p.order().size(); i++) {
                at.setInteger(i, p.order().at(i));
            }
            String indices = constant(n.name(), at);
            emit(new Node(new Gather(0, 0), List.of(all, indices), n.outputs(), n.rounding()));
            return true;
        }

        private boolean reshape(Node n) {
            Pending p = pending.get(n.inputs().get(0));
            TensorType from = type(n.inputs().get(0));
            TensorType to = n.output().type();
            Optional<ReshapeOrder> r = ReshapeOrder.of(from.shape(), to.shape(), p.order());
            if (r.isEmpty() || isQuantizedPerChannel(to)) {
                return false;
            }
            String source = p.source();
            if (r.get().gathers()) {
                Shape shape = type(source).shape();
                if (!onlyOnes(shape, r.get().gather())) {
                    source = transposed(source, r.get().gather());
                }
            }
            Ints back = AxisOrder.inverse(r.get().order());
            TensorType made = permuted(to, back);
            String name = name(n, r.get().order());
            emit(
                    new Node(
                            new Reshape(r.get().shape()),
                            List.of(source),
                            List.of(new Value(name, made)),
                            n.rounding()));
            finish(n, name, r.get().order());
            return true;
        }

        private String transposed(String source, Ints order) {
            String key = source + order;
            String there = made.get(key);
            if (there == null) {
                there = fresh(source);
                TensorType type = permuted(type(source), order);
                emit(
                        new Node(
                                new Transpose(order),
                                List.of(source),
                                List.of(new Value(there, type)),
                                graph.rounding()));
                made.put(key, there);
            }
            return there;
        }

        private boolean elementwise(Node n) {
            int rank = n.output().type().shape().rank();
            for (String first : n.inputs()) {
                Pending p = pending.get(first);
                if (p == null || p.order().size() != rank) {
                    continue;
                }
                List<String> inputs = new ArrayList<>();
                for (String i : n.inputs()) {
                    ordered(i, p.order(), true).ifPresent(inputs::add);
                }
                if (inputs.size() == n.inputs().size()) {
                    emitMoved(n, n.op(), inputs, p.order(), p.order());
                    return true;
                }
            }
            return false;
        }

        private boolean other(Node n) {
            Pending p = pending.get(n.inputs().get(0));
            boolean all = n.op() instanceof Concat;
            if (p == null && all) {
                p =
                        n.inputs().stream()
                                .filter(pending::containsKey)
                                .map(pending::get)
                                .findFirst()
                                .get();
            }
            if (p == null) {
                return false;
            }
            int indices = n.inputs().size() < 2 ? 0 : type(n.inputs().get(1)).shape().rank();
            Optional<AxisOrder.Moved> m = AxisOrder.move(n, p.order(), indices);
            if (m.isEmpty()) {
                return false;
            }
            List<String> inputs = new ArrayList<>();
            for (int i = 0; i < n.inputs().size(); i++) {
                String in = n.inputs().get(i);
                Optional<String> there =
                        i == 0 || all ? ordered(in, p.order(), false) : Optional.of(in);
                if (there.isEmpty()) {
                    return false;
                }
                inputs.add(there.get());
                if (i > 0 && !all) {
                    inPlace(in);
                }
            }
            emitMoved(n, m.get().op(), inputs, p.order(), m.get().order());
            return true;
        }

        private void emitMoved(Node n, Op op, List<String> inputs, Ints order, Ints made) {
            TensorType type = permuted(n.output().type(), AxisOrder.inverse(made));
            String name = name(n, made);
            emit(new Node(op, inputs, List.of(new Value(name, type)), n.rounding()));
            finish(n, name, made);
        }

        /** The name for the result: another one if the node's own has to have its own order. */
        private String name(Node n, Ints order) {
            return AxisOrder.isIdentity(order) ? n.name() : fresh(n.name());
        }

        private void finish(Node n, String name, Ints order) {
            if (!AxisOrder.isIdentity(order)) {
                pending.put(n.name(), new Pending(name, order));
                types.put(n.name(), n.output().type());
            }
        }

        /** The type with axis {@code order[i]} as axis {@code i}. */
        private static TensorType permuted(TensorType type, Ints order) {
            List<String> words = new ArrayList<>();
            order.stream().forEach(axis -> words.add(type.shape().word(axis)));
            return type.withShape(Shape.of(words));
        }

        /**
         * A value with its axes in this order, if that takes no transpose.
         *
         * @param broadcast whether it may have fewer axes
         */
        private Optional<String> ordered(String value, Ints order, boolean broadcast) {
            if (value.isEmpty()) {
                return Optional.of(value);
            }
            Pending p = pending.get(value);
            if (p != null && p.order().equals(order)) {
                return Optional.of(p.source());
            }
            TensorType type = type(value);
            Shape s = type.shape();
            if (broadcast && s.isStatic() && s.rank() <= 1 && s.elements() == 1) {
                inPlace(value);
                return Optional.of(value);
            }
            if (isQuantizedPerChannel(type) || s.rank() > order.size()) {
                return Optional.empty();
            }
            if (p == null && constant(value).isPresent()) {
                return constant(value, order, broadcast);
            }
            if (s.rank() != order.size()) {
                return Optional.empty();
            }
            String source = p == null ? value : p.source();
            Ints now =
                    p == null
                            ? AxisOrder.inverse(order)
                            : AxisOrder.compose(p.order(), AxisOrder.inverse(order));
            if (!onlyOnes(type(source).shape(), now)) {
                return Optional.empty();
            }
            TensorType to = permuted(type(source), now);
            String key = source + " as " + now;
            String there = made.get(key);
            if (there == null) {
                there = fresh(value);
                emit(
                        new Node(
                                reshape(to.shape()),
                                List.of(source),
                                List.of(new Value(there, to)),
                                graph.rounding()));
                made.put(key, there);
            }
            return Optional.of(there);
        }

        /** A constant with its axes in another order; leading ones are left out. */
        private Optional<String> constant(String value, Ints order, boolean broadcast) {
            Tensor t = constants.get(value);
            int missing = order.size() - t.shape().rank();
            if (missing > 0 && !broadcast || t.dtype().isPacked()) {
                return Optional.empty();
            }
            String key = value + order;
            if (made.containsKey(key)) {
                return Optional.of(made.get(key));
            }
            int[] dims = new int[order.size()];
            for (int i = 0; i < dims.length; i++) {
                dims[i] = i < missing ? 1 : t.shape().dim(i - missing);
            }
            Tensor moved =
                    Constants.transposed(
                            t.as(t.type().withShape(Shape.of(dims))), AxisOrder.inverse(order));
            int ones = 0;
            while (broadcast && ones < dims.length - 1 && moved.shape().dim(ones) == 1) {
                ones++;
            }
            List<String> words = moved.shape().words().subList(ones, dims.length);
            Tensor shorter = moved.as(moved.type().withShape(Shape.of(words)));
            String name = constant(value, shorter);
            made.put(key, name);
            return Optional.of(name);
        }

        private String constant(String prefix, Tensor t) {
            String name = fresh(prefix);
            constants.put(name, t);
            types.put(name, t.type());
            return name;
        }

        private String fresh(String prefix) {
            String base = prefix.replaceAll("_t\\d+$", "");
            String candidate = base + "_t" + ++fresh;
            while (graph.has(candidate) || types.containsKey(candidate)) {
                candidate = base + "_t" + ++fresh;
            }
            return candidate;
        }
    }
}

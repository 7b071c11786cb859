package quern.formats.tflite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import quern.graph.GraphBuilder;
import quern.graph.GraphCost;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Op;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.shape.Concat;
import quern.op.shape.Reshape;
import quern.reference.ReferenceInterpreter;
import quern.reference.ReferenceKernels;
import quern.tensor.Tensor;

/**
 * Values that the graph being built computes from its constants alone, such as the shape of a
 * reshape. They are computed with the reference kernels when they are asked for; the nodes stay in
 * the graph. What is too large for arithmetic on shapes counts as unknown. Used by one thread.
 */
final class ConstantValues {
    private static final long MAX_ELEMENTS_OF_ALL = 1 << 22;

    /** Most numbers of a vector whose parts are looked at, and most steps back to them. */
    private static final int MAX_PARTS = 16;

    private record Made(int at, Node node) {}

    private final GraphBuilder graph;
    private final int most;
    private final Map<String, Made> computable = new HashMap<>();
    private final Map<String, Tensor> known = new HashMap<>();
    private final Map<String, Node> producers = new HashMap<>();
    private int seen;
    private long room = MAX_ELEMENTS_OF_ALL;

    /**
     * @param most elements that one node reads and makes
     */
    ConstantValues(GraphBuilder graph, int most) {
        this.most = most;
        this.graph = graph;
    }

    /** The value with this name if it depends on nothing but constants. */
    Optional<Tensor> value(String name) {
        Optional<Tensor> constant = graph.constant(name);
        if (constant.isPresent() || known.containsKey(name)) {
            return constant.or(() -> Optional.of(known.get(name)));
        }
        catchUp();
        if (computable.containsKey(name)) {
            needed(name).values().forEach(this::compute);
        }
        return Optional.ofNullable(known.get(name));
    }

    /**
     * The elements of a vector, as far as they are known though others depend on inputs: a
     * concatenation of constants and computed numbers.
     */
    List<OptionalLong> elements(String name) {
        List<OptionalLong> elements = new ArrayList<>();
        elements(name, elements, MAX_PARTS);
        return elements;
    }

    private void elements(String name, List<OptionalLong> to, int depth) {
        int count = graph.type(name).shape().elements();
        Optional<Tensor> known = count > MAX_PARTS ? Optional.empty() : value(name);
        Node made = producers.get(name);
        boolean parts =
                made != null
                        && (made.op() instanceof Concat && graph.type(name).shape().rank() == 1
                                || made.op() instanceof Reshape);
        if (known.isEmpty() && parts && depth > 0 && count > 0 && count <= MAX_PARTS) {
            made.inputs().forEach(i -> elements(i, to, depth - 1));
            return;
        }
        for (int i = 0; i < count && to.size() < MAX_PARTS; i++) {
            to.add(
                    known.filter(t -> t.dtype().isInteger()).isPresent()
                            ? OptionalLong.of(known.get().integer(i))
                            : OptionalLong.empty());
        }
    }

    private void catchUp() {
        List<Node> nodes = graph.nodes();
        for (; seen < nodes.size(); seen++) {
            Node n = nodes.get(seen);
            n.outputs().forEach(v -> producers.put(v.name(), n));
            if (n.inputs().stream().allMatch(this::isComputable) && isSmall(n)) {
                Made made = new Made(seen, n);
                n.outputs().forEach(v -> computable.put(v.name(), made));
            }
        }
    }

    private boolean isComputable(String name) {
        return name.isEmpty() || computable.containsKey(name) || graph.constant(name).isPresent();
    }

    private boolean isSmall(Node n) {
        Op op = n.op();
        return ReferenceKernels.has(op.getClass())
                && op.subgraphs().isEmpty()
                && !(op instanceof AveragePool2d)
                && !(op instanceof MaxPool2d)
                && elements(n) <= most
                && GraphCost.macs(graph, n) <= most;
    }

    private long elements(Node n) {
        long sum = 0;
        for (String i : n.inputs()) {
            sum += i.isEmpty() ? 0 : graph.type(i).shape().elements();
        }
        for (Value v : n.outputs()) {
            sum += v.type().shape().elements();
        }
        return sum;
    }

    /** The nodes on which a value depends and that have not run yet, in their order. */
    private Map<Integer, Node> needed(String name) {
        Map<Integer, Node> needed = new TreeMap<>();
        Deque<String> open = new ArrayDeque<>(List.of(name));
        while (!open.isEmpty()) {
            Made made = computable.get(open.pop());
            if (made != null
                    && !known.containsKey(made.node().name())
                    && needed.put(made.at(), made.node()) == null) {
                made.node().inputs().forEach(open::push);
            }
        }
        return needed;
    }

    private void compute(Node n) {
        room -= elements(n);
        boolean given =
                n.inputs().stream()
                        .allMatch(
                                i ->
                                        i.isEmpty()
                                                || known.containsKey(i)
                                                || graph.constant(i).isPresent());
        if (room < 0 || !given) {
            return;
        }
        List<Tensor> results =
                ReferenceInterpreter.run(n, i -> graph.constant(i).orElseGet(() -> known.get(i)));
        for (int i = 0; i < results.size(); i++) {
            known.put(n.outputs().get(i).name(), results.get(i));
        }
    }
}

package quern.formats.tflite;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import quern.graph.GraphBuilder;
import quern.graph.GraphCost;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Op;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
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

    private record Made(int at, Node node) {}

    private final GraphBuilder graph;
    private final int most;
    private final Map<String, Made> computable = new HashMap<>();
    private final Map<String, Tensor> known = new HashMap<>();
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

    private void catchUp() {
        List<Node> nodes = graph.nodes();
        for (; seen < nodes.size(); seen++) {
            Node n = nodes.get(seen);
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

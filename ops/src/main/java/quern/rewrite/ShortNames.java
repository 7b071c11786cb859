package quern.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.State;
import quern.graph.Value;
import quern.op.OpSet;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.tensor.Tensor;

/**
 * Shorter names for what converters name at length, so that the text of a small quantized model is
 * not larger than its weights.
 *
 * <p>A value that stands for several fused operations ({@code a/Relu;a/batchnorm;a/Conv2D}) is
 * named by the first of them; a constant with a long name by the node that reads it and its part
 * there ({@code conv3.w}, {@code fc1.b}). Inputs, outputs and states keep their names, and so does
 * everything that is short already. This is no simplification: it is applied where a model is made
 * anew.
 */
public final class ShortNames {
    /** Names of constants up to this length stay. */
    private static final int SHORT = 24;

    private final Graph graph;
    private final Map<String, String> names = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    private ShortNames(Graph graph) {
        this.graph = graph;
        graph.inputs().forEach(v -> taken.add(v.name()));
        graph.states().forEach(s -> taken.add(s.value().name()));
        taken.addAll(graph.outputs());
        graph.constants().keySet().stream().filter(c -> !isLong(c)).forEach(taken::add);
        graph.nodes()
                .forEach(
                        n ->
                                n.outputs().stream()
                                        .map(Value::name)
                                        .filter(v -> base(v).equals(v))
                                        .forEach(taken::add));
    }

    /** Chooses the names of a graph. */
    public static ShortNames of(Graph graph) {
        ShortNames names = new ShortNames(graph);
        names.choose();
        return names;
    }

    /** The same graph under shorter names. */
    public static Graph apply(Graph graph) {
        return of(graph).graph();
    }

    /** The new name of a value or constant. */
    public String name(String old) {
        return names.getOrDefault(old, old);
    }

    /**
     * The first of the operations that a value's name joins: what stands before the first
     * semicolon.
     */
    public static String base(String name) {
        int end = name.indexOf(';');
        return end <= 0 ? name : name.substring(0, end);
    }

    private static boolean isLong(String constant) {
        return constant.length() > SHORT || !base(constant).equals(constant);
    }

    private void choose() {
        Map<String, Integer> counts = new HashMap<>();
        for (Node n : graph.nodes()) {
            String node = word(n) + counts.merge(word(n), 1, Integer::sum);
            for (int i = 0; i < n.inputs().size(); i++) {
                String in = n.inputs().get(i);
                if (graph.constants().containsKey(in) && isLong(in) && !taken.contains(in)) {
                    String wanted = node + part(n, i);
                    names.computeIfAbsent(in, c -> unused(wanted));
                }
            }
            for (Value v : n.outputs()) {
                if (!taken.contains(v.name())) {
                    names.put(v.name(), unused(base(v.name())));
                }
            }
        }
    }

    /** The graph under the new names. */
    public Graph graph() {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        graph.constants().forEach((name, tensor) -> constants.put(name(name), tensor));
        List<Node> nodes = new ArrayList<>();
        for (Node n : graph.nodes()) {
            List<Value> outputs =
                    n.outputs().stream().map(v -> new Value(name(v.name()), v.type())).toList();
            nodes.add(
                    new Node(
                            n.op(),
                            n.inputs().stream().map(this::name).toList(),
                            outputs,
                            n.rounding()));
        }
        List<State> states =
                graph.states().stream()
                        .map(s -> new State(s.value(), name(s.initial()), name(s.next())))
                        .toList();
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

    private String unused(String wanted) {
        String candidate = wanted;
        for (int i = 2; !taken.add(candidate); i++) {
            candidate = wanted + "_" + i;
        }
        return candidate;
    }

    private static String part(Node n, int input) {
        boolean weighted =
                n.op() instanceof Conv2d
                        || n.op() instanceof DepthwiseConv2d
                        || n.op() instanceof TransposeConv
                        || n.op() instanceof FullyConnected;
        if (weighted && input > 0) {
            return input == 1 ? ".w" : ".b";
        }
        return ".c" + input;
    }

    private static String word(Node n) {
        if (n.op() instanceof Conv2d) {
            return "conv";
        } else if (n.op() instanceof DepthwiseConv2d) {
            return "dwconv";
        } else if (n.op() instanceof FullyConnected) {
            return "fc";
        }
        return OpSet.standard().name(n.op()).toLowerCase(Locale.ROOT);
    }
}

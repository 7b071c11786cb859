package quern.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import quern.error.InvalidGraphException;
import quern.tensor.Tensor;

/**
 * A set of edits that turns one graph into another: nodes replaced or removed, constants added,
 * readers of a value sent to another.
 *
 * <p>Edits are collected and applied together. Constants that nothing reads any more are dropped.
 * Used by one thread.
 */
public final class Patch {
    private final Graph graph;
    private final Map<Node, List<Node>> replaced = new HashMap<>();
    private final Map<String, String> redirected = new HashMap<>();
    private final Map<String, Tensor> added = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();

    public Patch(Graph graph) {
        this.graph = graph;
    }

    /** Whether nothing was changed yet. */
    public boolean isEmpty() {
        return replaced.isEmpty() && redirected.isEmpty() && added.isEmpty();
    }

    /** Puts {@code nodes} in the place of {@code old}. */
    public Patch replace(Node old, Node... nodes) {
        if (replaced.put(old, List.of(nodes)) != null) {
            throw new InvalidGraphException(old.name(), "a patch replaces this node twice");
        }
        return this;
    }

    /** Takes a node away; its outputs must have no readers left. */
    public Patch remove(Node old) {
        return replace(old);
    }

    /** Whether a node is replaced or removed by this patch. */
    public boolean touches(Node node) {
        return replaced.containsKey(node);
    }

    /**
     * Everything that reads {@code value}, graph outputs and states too, reads {@code other}
     * instead.
     */
    public Patch redirect(String value, String other) {
        redirected.put(value, other);
        return this;
    }

    /** Adds a constant under a fresh name that begins with {@code prefix}, and returns the name. */
    public String constant(String prefix, Tensor tensor) {
        String name = fresh(prefix);
        added.put(name, tensor);
        return name;
    }

    /** Adds a constant under the name of an output of a node that this patch removes. */
    public Patch define(String name, Tensor tensor) {
        added.put(name, tensor);
        return this;
    }

    /** A name that neither the graph nor this patch uses. */
    public String fresh(String prefix) {
        String candidate = prefix;
        for (int i = 1; graph.has(candidate) || taken.contains(candidate); i++) {
            candidate = prefix + "_" + i;
        }
        taken.add(candidate);
        return candidate;
    }

    /** The graph after all edits. */
    public Graph apply() {
        List<Node> nodes = new ArrayList<>();
        for (Node n : graph.nodes()) {
            for (Node m : replaced.getOrDefault(n, List.of(n))) {
                List<String> inputs = m.inputs().stream().map(this::target).toList();
                nodes.add(
                        inputs.equals(m.inputs())
                                ? m
                                : new Node(m.op(), inputs, m.outputs(), m.rounding()));
            }
        }
        List<String> outputs = graph.outputs().stream().map(this::target).toList();
        List<State> states =
                graph.states().stream()
                        .map(s -> new State(s.value(), s.initial(), target(s.next())))
                        .toList();
        Set<String> used = new HashSet<>(outputs);
        nodes.forEach(n -> used.addAll(n.inputs()));
        states.forEach(s -> used.addAll(List.of(s.initial(), s.next())));
        Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
        constants.putAll(added);
        constants.keySet().retainAll(used);
        return new Graph(
                graph.name(),
                graph.rounding(),
                graph.inputs(),
                states,
                constants,
                nodes,
                outputs,
                graph.metadata());
    }

    private String target(String value) {
        String v = value;
        for (int hops = 0; redirected.containsKey(v); hops++) {
            if (hops > redirected.size()) {
                throw new InvalidGraphException(value, "a patch redirects this value in a circle");
            }
            v = redirected.get(v);
        }
        return v;
    }
}

package quern.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.OpSet;
import quern.tensor.Tensor;

/**
 * Gives values and constants the names that they had before the graph went through another format.
 * These stand in the graph's metadata, {@value #KEY}, beside the operator of each node; if the
 * operators are others by now, the names are dropped.
 */
public record KeptNames() implements Rule {
    /** The key of the metadata. */
    public static final String KEY = "quern.names";

    private static final String CONSTANT = "=";

    @Override
    public String name() {
        return "kept-names";
    }

    /**
     * The names of a graph in the order of its nodes, then its constants in their order: a line
     * each, of the operator or {@code =}, and the names behind tabs.
     */
    public static String of(Graph graph) {
        StringBuilder text = new StringBuilder();
        for (Node n : graph.nodes()) {
            text.append(OpSet.standard().name(n.op()));
            n.outputs().forEach(v -> text.append('\t').append(escaped(v.name())));
            text.append('\n');
        }
        Map<String, Integer> places = new HashMap<>();
        read(graph).forEach(c -> places.put(c, places.size()));
        for (String c : graph.constants().keySet()) {
            text.append(CONSTANT).append('\t').append(escaped(c));
            text.append('\t').append(places.get(c)).append('\n');
        }
        return text.toString();
    }

    /** Constants in the order in which nodes, then outputs, read them. */
    private static List<String> read(Graph graph) {
        Set<String> all = new LinkedHashSet<>();
        graph.nodes().forEach(n -> all.addAll(n.inputs()));
        all.addAll(graph.outputs());
        all.addAll(graph.constants().keySet());
        all.retainAll(graph.constants().keySet());
        return List.copyOf(all);
    }

    private static String escaped(String name) {
        return name.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
    }

    private static String plain(String name) {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '\\' && i + 1 < name.length()) {
                char next = name.charAt(++i);
                c = next == 't' ? '\t' : next == 'n' ? '\n' : next;
            }
            s.append(c);
        }
        return s.toString();
    }

    @Override
    public Graph apply(Graph graph) {
        String text = graph.metadata().get(KEY);
        if (text == null) {
            return graph;
        }
        Map<String, String> metadata = new TreeMap<>(graph.metadata());
        metadata.remove(KEY);
        Graph without = graph.withMetadata(metadata);
        return named(without, text).orElse(without);
    }

    private static Optional<Graph> named(Graph graph, String text) {
        String[] lines = text.split("\n");
        List<String> read = read(graph);
        if (lines.length != graph.nodes().size() + read.size()) {
            return Optional.empty();
        }
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node n = graph.nodes().get(i);
            String[] parts = lines[i].split("\t", -1);
            if (parts.length != n.outputs().size() + 1
                    || !parts[0].equals(OpSet.standard().name(n.op()))) {
                return Optional.empty();
            }
            for (int k = 1; k < parts.length; k++) {
                names.put(n.outputs().get(k - 1).name(), plain(parts[k]));
            }
        }
        Map<String, Tensor> constants = new LinkedHashMap<>();
        for (int i = graph.nodes().size(); i < lines.length; i++) {
            String[] parts = lines[i].split("\t", -1);
            int at = parts.length == 3 ? number(parts[2]) : -1;
            if (at < 0 || at >= read.size() || !parts[0].equals(CONSTANT)) {
                return Optional.empty();
            }
            names.put(read.get(at), plain(parts[1]));
            constants.put(plain(parts[1]), graph.constant(read.get(at)).orElseThrow());
        }
        graph.inputs().forEach(v -> names.put(v.name(), v.name()));
        boolean kept =
                graph.outputs().stream().allMatch(o -> names.get(o).equals(o))
                        && constants.size() == read.size()
                        && new HashSet<>(names.values()).size() == names.size()
                        && names.values().stream().noneMatch(String::isEmpty);
        return kept && graph.states().isEmpty()
                ? Optional.of(renamed(graph, names, constants))
                : Optional.empty();
    }

    private static int number(String text) {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && text.length() < 10 ? Integer.parseInt(text) : -1;
    }

    private static Graph renamed(
            Graph graph, Map<String, String> names, Map<String, Tensor> constants) {
        List<Node> nodes = new ArrayList<>();
        for (Node n : graph.nodes()) {
            List<String> inputs =
                    n.inputs().stream().map(i -> i.isEmpty() ? i : names.get(i)).toList();
            List<Value> outputs =
                    n.outputs().stream()
                            .map(v -> new Value(names.get(v.name()), v.type()))
                            .toList();
            nodes.add(new Node(n.op(), inputs, outputs, n.rounding()));
        }
        return new Graph(
                graph.name(),
                graph.rounding(),
                graph.inputs(),
                List.of(),
                constants,
                nodes,
                graph.outputs(),
                graph.metadata());
    }
}

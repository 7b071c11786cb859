package quern.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quern.error.ShapeException;
import quern.error.UnsupportedOpException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.State;
import quern.graph.Value;
import quern.op.Op;
import quern.op.OpSet;
import quern.op.ValueShaped;
import quern.op.control.If;
import quern.op.control.Loop;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * A graph for given shapes of its inputs: symbolic dimensions become numbers, what follows from
 * them becomes constants, and dynamic operators become static ones.
 *
 * <p>Operators whose shapes depend on computed values cannot be bound before these values are
 * there. Such a graph is cut in two: {@link #ready} runs at once, {@link #rest} is bound with what
 * it made.
 */
public final class Binding {
    private final Graph ready;
    private final Optional<Graph> rest;

    private Binding(Graph ready, Optional<Graph> rest) {
        this.ready = ready;
        this.rest = rest;
    }

    /** What can run now: of static shapes. Its outputs are the graph's, and what the rest reads. */
    public Graph ready() {
        return ready;
    }

    /** What has to wait for values: its inputs are outputs of {@link #ready}. */
    public Optional<Graph> rest() {
        return rest;
    }

    /** Whether a plan cannot hold an operator, because the values of its inputs decide. */
    static boolean runsAlone(Op op) {
        if (op instanceof ValueShaped || op instanceof Loop) {
            return true;
        }
        if (!(op instanceof If i)) {
            return false;
        }
        for (int k = 0; k < i.yes().outputs().size(); k++) {
            TensorType yes = i.yes().type(i.yes().outputs().get(k));
            if (!yes.equals(i.no().type(i.no().outputs().get(k)))) {
                return true;
            }
        }
        return op.subgraphs().stream()
                .flatMap(g -> g.nodes().stream())
                .anyMatch(n -> runsAlone(n.op()));
    }

    /**
     * Whether every dimension of a graph's inputs, states and values is a number, and a plan can
     * hold every operator.
     */
    public static boolean isStatic(Graph g) {
        return g.nodes().stream().noneMatch(n -> runsAlone(n.op()))
                && g.inputs().stream().allMatch(v -> v.type().shape().isStatic())
                && g.nodes().stream()
                        .flatMap(n -> n.outputs().stream())
                        .allMatch(v -> v.type().shape().isStatic());
    }

    /**
     * Binds a graph whose shapes all follow from those of its inputs.
     *
     * @param inputs types of the inputs, static
     * @throws UnsupportedOpException if a shape depends on computed values
     */
    public static Graph bind(Graph graph, List<TensorType> inputs) {
        Binding binding = of(graph, inputs, Map.of());
        if (binding.rest.isPresent()) {
            Node first = binding.rest.get().nodes().get(0);
            throw new UnsupportedOpException(
                    OpSet.standard().name(first.op()),
                    first.name(),
                    "its shape depends on computed values, which is not possible here");
        }
        return binding.ready;
    }

    /**
     * Binds a graph as far as it can be.
     *
     * @param inputs types of the inputs, static
     * @param known values of inputs, by name, where they are there already
     * @throws ShapeException if the number of inputs or a type is wrong
     */
    public static Binding of(Graph graph, List<TensorType> inputs, Map<String, Tensor> known) {
        Inference inference = new Inference();
        List<Value> bound = new ArrayList<>();
        if (inputs.size() != graph.inputs().size()) {
            throw new ShapeException(
                    graph.name(),
                    "takes " + graph.inputs().size() + " inputs, not " + inputs.size());
        }
        for (int i = 0; i < inputs.size(); i++) {
            Value v = graph.inputs().get(i);
            requireFits(v, inputs.get(i));
            bound.add(new Value(v.name(), inputs.get(i)));
            inference.define(v.name(), inputs.get(i));
        }
        graph.constants().forEach(inference::define);
        known.forEach(inference::define);
        for (State s : graph.states()) {
            inference.define(s.value().name(), s.value().type());
        }
        return new Cut(graph, bound, inference, known.keySet()).binding();
    }

    private static void requireFits(Value v, TensorType given) {
        TensorType declared = v.type();
        boolean fits =
                declared.dtype() == given.dtype()
                        && declared.quant().equals(given.quant())
                        && declared.shape().accepts(given.shape());
        if (!fits || !given.shape().isStatic()) {
            throw new ShapeException(
                    "input " + v.name(), "it must be " + declared + ", not " + given);
        }
    }

    /** Sorts nodes into those that can run and those that have to wait. */
    private static final class Cut {
        private final Graph graph;
        private final List<Value> inputs;
        private final Inference inference;
        private final Set<String> waiting = new HashSet<>();
        private final List<Node> now = new ArrayList<>();
        private final List<Node> later = new ArrayList<>();
        private final Map<String, Tensor> constants;

        Cut(Graph graph, List<Value> inputs, Inference inference, Set<String> known) {
            this.graph = graph;
            this.inputs = inputs;
            this.inference = inference;
            this.constants = new LinkedHashMap<>(graph.constants());
            for (Node n : graph.nodes()) {
                if (n.inputs().stream().anyMatch(waiting::contains) || runsAlone(n.op())) {
                    wait(n);
                    continue;
                }
                Node b = inference.add(n);
                if (b.outputs().stream().anyMatch(v -> !v.type().shape().isStatic())) {
                    wait(n);
                } else if (b.outputs().stream()
                        .allMatch(v -> inference.value(v.name()).isPresent())) {
                    b.outputs()
                            .forEach(
                                    v ->
                                            constants.put(
                                                    v.name(),
                                                    inference.value(v.name()).orElseThrow()));
                } else {
                    now.add(b);
                }
            }
        }

        private void wait(Node n) {
            later.add(n);
            n.outputs().forEach(v -> waiting.add(v.name()));
        }

        Binding binding() {
            if (later.isEmpty()) {
                return new Binding(
                        graph(inputs, now, graph.outputs(), graph.states()), Optional.empty());
            }
            if (!graph.states().isEmpty()) {
                throw new UnsupportedOpException(
                        OpSet.standard().name(later.get(0).op()),
                        later.get(0).name(),
                        "its shape depends on computed values, which a graph with states cannot have");
            }
            Set<String> between = new LinkedHashSet<>();
            for (Node n : later) {
                for (String i : n.inputs()) {
                    if (!i.isEmpty() && !waiting.contains(i) && !graph.constants().containsKey(i)) {
                        between.add(i);
                    }
                }
            }
            graph.outputs().stream()
                    .filter(o -> !waiting.contains(o) && !graph.constants().containsKey(o))
                    .forEach(between::add);
            List<Value> read =
                    between.stream().map(name -> new Value(name, inference.type(name))).toList();
            Graph rest =
                    new Graph(
                            graph.name(),
                            graph.rounding(),
                            read,
                            List.of(),
                            graph.constants(),
                            later,
                            graph.outputs(),
                            graph.metadata());
            return new Binding(
                    graph(inputs, now, List.copyOf(between), List.of()), Optional.of(rest));
        }

        private Graph graph(
                List<Value> in, List<Node> nodes, List<String> outputs, List<State> states) {
            Graph whole =
                    new Graph(
                            graph.name(),
                            graph.rounding(),
                            in,
                            states,
                            constants,
                            nodes,
                            outputs,
                            graph.metadata());
            return new DeadCode().apply(whole);
        }
    }
}

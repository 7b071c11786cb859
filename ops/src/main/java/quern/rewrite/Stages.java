package quern.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.error.UnsupportedOpException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.OpSet;
import quern.op.ValueShaped;
import quern.op.control.If;
import quern.op.control.Loop;
import quern.reference.LoopSteps;
import quern.reference.ReferenceInterpreter;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Runs a graph of symbolic dimensions, in several pieces where shapes depend on computed values.
 */
public final class Stages {
    /** Runs a graph of static shapes. */
    @FunctionalInterface
    public interface Runner {
        /** The outputs, in the graph's order, for inputs in its order. */
        List<Tensor> run(Graph graph, List<Tensor> inputs);
    }

    private Stages() {}

    /** Runs a graph with the reference kernels. */
    public static List<Tensor> reference(Graph graph, List<Tensor> inputs) {
        return run(graph, inputs, (g, in) -> new ReferenceInterpreter(g).run(in));
    }

    /**
     * Binds a graph to the shapes of its inputs and runs it.
     *
     * @throws UnsupportedOpException if a shape depends on values that are too many
     */
    public static List<Tensor> run(Graph graph, List<Tensor> inputs, Runner runner) {
        List<Tensor> typed = new ArrayList<>(inputs);
        for (int i = 0; i < Math.min(inputs.size(), graph.inputs().size()); i++) {
            typed.set(i, ReferenceInterpreter.typed(inputs.get(i), graph.inputs().get(i).type()));
        }
        List<TensorType> types = typed.stream().map(Tensor::type).toList();
        Binding first = Binding.of(graph, types, Map.of());
        return rest(first, runner.run(first.ready(), typed), runner);
    }

    /**
     * Goes on after the first piece.
     *
     * @param made the outputs of {@link Binding#ready}
     */
    public static List<Tensor> rest(Binding first, List<Tensor> made, Runner runner) {
        Binding binding = first;
        List<Tensor> outputs = made;
        while (binding.rest().isPresent()) {
            Graph rest = binding.rest().get();
            Map<String, Tensor> have = new LinkedHashMap<>();
            for (int i = 0; i < outputs.size(); i++) {
                have.put(binding.ready().outputs().get(i), outputs.get(i));
            }
            Graph next = afterSizing(rest, have, runner);
            List<Tensor> in = next.inputs().stream().map(v -> have.get(v.name())).toList();
            Map<String, Tensor> known = new HashMap<>();
            for (Value v : next.inputs()) {
                Tensor t = have.get(v.name());
                if (t.elements() <= Inference.MAX_ELEMENTS) {
                    known.put(v.name(), t);
                }
            }
            binding = Binding.of(next, in.stream().map(Tensor::type).toList(), known);
            int left = binding.rest().map(g -> g.nodes().size()).orElse(0);
            if (left > 0 && left == rest.nodes().size()) {
                Node stuck = rest.nodes().get(0);
                throw new UnsupportedOpException(
                        OpSet.standard().name(stuck.op()),
                        stuck.name(),
                        "its shape depends on more than " + Inference.MAX_ELEMENTS + " values");
            }
            outputs = runner.run(binding.ready(), in);
        }
        return outputs;
    }

    /** Runs the operators that no plan can hold, where their inputs are there. */
    private static Graph afterSizing(Graph rest, Map<String, Tensor> have, Runner runner) {
        List<Node> left = new ArrayList<>();
        for (Node n : rest.nodes()) {
            boolean ready =
                    Binding.runsAlone(n.op())
                            && n.inputs().stream()
                                    .allMatch(i -> i.isEmpty() || value(rest, have, i) != null);
            if (ready) {
                List<Tensor> made = alone(n, rest, have, runner);
                for (int i = 0; i < made.size(); i++) {
                    have.put(n.outputs().get(i).name(), made.get(i));
                }
            } else {
                left.add(n);
            }
        }
        List<Value> inputs = new ArrayList<>();
        have.forEach((name, t) -> inputs.add(new Value(name, t.type())));
        return new Graph(
                rest.name(),
                rest.rounding(),
                inputs,
                List.of(),
                rest.constants(),
                left,
                rest.outputs(),
                rest.metadata());
    }

    /** The body of a loop, bound anew when the shapes of what it takes change. */
    private static final class Body {
        private final Graph graph;
        private final Runner runner;
        private List<TensorType> types = List.of();
        private Binding binding;

        Body(Graph graph, Runner runner) {
            this.graph = graph;
            this.runner = runner;
        }

        List<Tensor> run(List<Tensor> inputs) {
            List<TensorType> now = inputs.stream().map(Tensor::type).toList();
            if (!now.equals(types)) {
                binding = Binding.of(graph, now, Map.of());
                types = now;
            }
            return rest(binding, runner.run(binding.ready(), inputs), runner);
        }
    }

    private static Tensor value(Graph g, Map<String, Tensor> have, String name) {
        return g.constant(name).orElseGet(() -> have.get(name));
    }

    private static List<Tensor> alone(Node n, Graph g, Map<String, Tensor> have, Runner runner) {
        Tensor none = Tensor.of(Shape.of(0), new float[0]);
        List<Tensor> in =
                n.inputs().stream().map(i -> i.isEmpty() ? none : value(g, have, i)).toList();
        if (n.op() instanceof Loop loop) {
            return LoopSteps.run(n, in, new Body(loop.body(), runner)::run);
        }
        if (n.op() instanceof If i) {
            Graph branch = in.get(0).integer(0) != 0 ? i.yes() : i.no();
            return run(branch, in.subList(1, in.size()), runner);
        }
        List<Shape> shapes = ((ValueShaped) n.op()).shapes(in);
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < n.outputs().size(); i++) {
            Value v = n.outputs().get(i);
            outputs.add(new Value(v.name(), v.type().withShape(shapes.get(i))));
        }
        Node sized = new Node(n.op(), n.inputs(), outputs, n.rounding());
        return ReferenceInterpreter.run(sized, name -> value(g, have, name));
    }
}

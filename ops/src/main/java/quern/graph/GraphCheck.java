package quern.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;
import quern.error.InvalidGraphException;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.OpInputs;
import quern.op.OpSet;
import quern.op.TypeRules;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Checks the rules of a graph and collects the types of its values. */
final class GraphCheck {
    private final Graph graph;
    private final Map<String, TensorType> types = new HashMap<>();

    GraphCheck(Graph graph) {
        this.graph = graph;
        graph.inputs().forEach(v -> define(v.name(), v.type()));
        graph.constants().forEach((n, t) -> define(n, t.type()));
        graph.states().forEach(s -> define(s.value().name(), s.value().type()));
        graph.nodes().forEach(this::node);
        for (String output : graph.outputs()) {
            require(output, "the graph returns");
        }
        graph.states().forEach(this::state);
    }

    Map<String, TensorType> types() {
        return types;
    }

    private void define(String name, TensorType type) {
        if (name.isEmpty()) {
            throw new InvalidGraphException("", "a value has no name");
        }
        if (types.put(name, type) != null) {
            throw new InvalidGraphException(name, "two values have this name");
        }
    }

    private void require(String name, String who) {
        if (!types.containsKey(name)) {
            throw new InvalidGraphException(name, who + " this value, but nothing before makes it");
        }
    }

    private void state(State s) {
        String name = s.value().name();
        require(s.next(), "state " + name + " continues with");
        if (!types.get(s.next()).equals(s.value().type())) {
            throw new InvalidGraphException(
                    name,
                    "the state is "
                            + s.value().type()
                            + " but continues with "
                            + types.get(s.next()));
        }
        if (!s.initial().isEmpty()) {
            Optional<Tensor> initial = graph.constant(s.initial());
            if (initial.isEmpty() || !initial.get().type().equals(s.value().type())) {
                throw new InvalidGraphException(
                        name,
                        "the state begins with "
                                + s.initial()
                                + ", which is no constant of type "
                                + s.value().type());
            }
        }
    }

    private void node(Node n) {
        String op = OpSet.standard().name(n.op());
        Arity arity = n.op().arity();
        if (n.outputs().isEmpty()) {
            throw new InvalidGraphException("", op + " has no output");
        }
        if (arity.outputs() != Arity.VARIADIC && n.outputs().size() != arity.outputs()) {
            throw new InvalidGraphException(
                    n.name(),
                    op + " has " + arity.outputs() + " outputs, not " + n.outputs().size());
        }
        if (n.inputs().size() > arity.inputs()) {
            throw new InvalidGraphException(
                    n.name(),
                    op + " takes " + arity.inputs() + " inputs at most, not " + n.inputs().size());
        }
        for (int i = 0; i < arity.required(); i++) {
            if (!n.has(i)) {
                throw new InvalidGraphException(
                        n.name(), "input " + i + " of " + op + " is missing");
            }
        }
        for (int i = 0; i < n.inputs().size(); i++) {
            if (n.has(i)) {
                require(n.inputs().get(i), "node " + n.name() + " reads");
            }
        }
        types(n, op);
        n.outputs().forEach(v -> define(v.name(), v.type()));
    }

    private void types(Node n, String op) {
        OpInputs in = inputs(n.inputs(), types, graph.constants());
        try {
            List<TensorType> inferred;
            try {
                inferred = n.op().infer(in);
            } catch (FormatException e) {
                if (isOpen(n)) {
                    return;
                }
                throw e;
            }
            List<TensorType> declared = n.outputs().stream().map(Value::type).toList();
            if (inferred.size() != declared.size()) {
                throw new ShapeException(
                        "it makes " + inferred.size() + " outputs, not " + declared.size());
            }
            for (int i = 0; i < declared.size(); i++) {
                fits(
                        inferred.get(i),
                        declared.get(i),
                        n.op().keepsQuantization(),
                        n.op().makesSums());
            }
            n.op().check(in, declared, n.rounding());
        } catch (FormatException e) {
            throw e.within(op + " " + n.name());
        } catch (ArithmeticException e) {
            throw new ShapeException(op + " " + n.name(), "its shapes overflow");
        }
    }

    /** Whether types cannot be checked before the graph is bound to shapes. */
    private boolean isOpen(Node n) {
        return n.outputs().stream().anyMatch(v -> !v.type().shape().isStatic())
                || n.inputs().stream()
                        .anyMatch(i -> !i.isEmpty() && !types.get(i).shape().isStatic());
    }

    private static void fits(TensorType inferred, TensorType declared, boolean kept, boolean sums) {
        if (!inferred.shape().accepts(declared.shape())) {
            throw new ShapeException(
                    "its output has shape " + inferred.shape() + ", not " + declared.shape());
        }
        boolean same =
                inferred.isQuantized()
                        ? inferred.dtype() == declared.dtype()
                                && (!kept || inferred.quant().equals(declared.quant()))
                        : inferred.dtype() == declared.dtype()
                                || inferred.dtype().isInteger()
                                        && (declared.isQuantized()
                                                || sums && TypeRules.isSums(declared));
        if (!same) {
            throw new ShapeException("its output is " + inferred + ", not " + declared);
        }
    }

    static OpInputs inputs(
            List<String> names, Map<String, TensorType> types, Map<String, Tensor> constants) {
        return new OpInputs() {
            @Override
            public int size() {
                return names.size();
            }

            @Override
            public boolean has(int i) {
                return i < names.size() && !names.get(i).isEmpty();
            }

            @Override
            public TensorType type(int i) {
                return types.get(names.get(i));
            }

            @Override
            public Optional<Tensor> constant(int i) {
                return Optional.ofNullable(constants.get(names.get(i)));
            }
        };
    }
}

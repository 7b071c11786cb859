package quern.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;
import quern.error.ShapeException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Dynamic;
import quern.op.OpInputs;
import quern.op.OpSet;
import quern.op.control.If;
import quern.op.control.While;
import quern.op.dynamic.ShapeOf;
import quern.reference.ReferenceInterpreter;
import quern.reference.ReferenceKernels;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * What is known of the values of a graph for given shapes of its inputs: their types and, where
 * they are small and follow from shapes and constants, their elements. Used by one thread.
 */
public final class Inference {
    /** Most elements of a value that is computed. */
    public static final int MAX_ELEMENTS = 4096;

    private final Map<String, TensorType> types = new HashMap<>();
    private final Map<String, Tensor> values = new HashMap<>();

    /** Nothing is known yet. */
    public Inference() {}

    /** Adds a value of which only the type is known. */
    public void define(String name, TensorType type) {
        types.put(name, type);
    }

    /** Adds a value of which everything is known. */
    public void define(String name, Tensor value) {
        types.put(name, value.type());
        values.put(name, value);
    }

    /** The type of a value that was added. */
    public TensorType type(String name) {
        return types.get(name);
    }

    /** The elements of a value, if they are known. */
    public Optional<Tensor> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** What an operator sees of the values with these names. */
    public OpInputs inputs(List<String> names) {
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
                return value(names.get(i));
            }
        };
    }

    /**
     * The node for the known shapes: a dynamic operator is fixed if its values are known, graphs
     * inside are bound, and output types are those that follow from the inputs. Its outputs are
     * added.
     *
     * @throws FormatException if the inputs do not fit the operator
     */
    public Node add(Node n) {
        try {
            Node bound = bound(n);
            bound.outputs().forEach(v -> types.put(v.name(), v.type()));
            compute(bound);
            return bound;
        } catch (FormatException e) {
            throw e.within(OpSet.standard().name(n.op()) + " " + n.name());
        } catch (ArithmeticException e) {
            throw new ShapeException(
                    OpSet.standard().name(n.op()) + " " + n.name(), "its shapes overflow");
        }
    }

    private Node bound(Node n) {
        Node now = n;
        if (n.op() instanceof Dynamic d) {
            Optional<Dynamic.Fixed> fixed = d.fixed(inputs(n.inputs()));
            if (fixed.isPresent()) {
                List<String> kept =
                        fixed.get().inputs().stream().mapToObj(n.inputs()::get).toList();
                now = new Node(fixed.get().op(), kept, n.outputs(), n.rounding());
            }
        }
        if (!n.op().subgraphs().isEmpty()) {
            now = inside(n);
        }
        List<TensorType> inferred = now.op().infer(inputs(now.inputs()));
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < n.outputs().size(); i++) {
            Value declared = n.outputs().get(i);
            outputs.add(new Value(declared.name(), merge(inferred.get(i), declared.type())));
        }
        return new Node(now.op(), now.inputs(), outputs, now.rounding());
    }

    /** The inferred shape, with the declared element type and quantization. */
    private static TensorType merge(TensorType inferred, TensorType declared) {
        boolean other = declared.isQuantized() || declared.dtype() != inferred.dtype();
        return other ? declared.withShape(inferred.shape()) : inferred;
    }

    private Node inside(Node n) {
        int first = n.op() instanceof If ? 1 : 0;
        List<TensorType> given = n.inputs().stream().skip(first).map(types::get).toList();
        if (!(n.op() instanceof If || n.op() instanceof While)
                || given.stream().anyMatch(t -> t == null || !t.shape().isStatic())) {
            return n;
        }
        List<Graph> graphs = n.op().subgraphs().stream().map(g -> Binding.bind(g, given)).toList();
        return new Node(n.op().withSubgraphs(graphs), n.inputs(), n.outputs(), n.rounding());
    }

    private void compute(Node n) {
        if (n.op() instanceof ShapeOf) {
            Shape shape = types.get(n.inputs().get(0)).shape();
            if (shape.isStatic()) {
                values.put(n.name(), ShapeOf.value(shape));
            }
            return;
        }
        boolean known =
                n.op().subgraphs().isEmpty()
                        && !(n.op() instanceof Dynamic)
                        && ReferenceKernels.has(n.op().getClass())
                        && n.inputs().stream().allMatch(i -> i.isEmpty() || values.containsKey(i))
                        && n.outputs().stream().allMatch(v -> isSmall(v.type()))
                        && n.inputs().stream().allMatch(i -> i.isEmpty() || isSmall(types.get(i)));
        if (known) {
            List<Tensor> results = ReferenceInterpreter.run(n, values::get);
            for (int i = 0; i < results.size(); i++) {
                values.put(n.outputs().get(i).name(), results.get(i));
            }
        }
    }

    private static boolean isSmall(TensorType type) {
        return type.shape().isStatic() && type.shape().elements() <= MAX_ELEMENTS;
    }
}

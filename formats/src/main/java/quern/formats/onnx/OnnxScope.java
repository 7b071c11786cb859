package quern.formats.onnx;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quern.error.FormatException;
import quern.error.InvalidGraphException;
import quern.error.UnsupportedOpException;
import quern.formats.Limits;
import quern.tensor.Tensor;

/**
 * The names of a graph of the file, of a graph inside an operator, or of a call of a function, and
 * the graph that its nodes become part of. A graph inside sees the names around it; if it becomes a
 * graph of its own, the values behind these names become inputs of it.
 */
final class OnnxScope {
    /** How deep calls and graphs may stand within each other. */
    private static final int MOST_DEPTH = 32;

    /** What all scopes of a model share. */
    static final class Shared {
        private final ProtoModel model;
        private final Limits limits;
        private final ExternalData files;
        private final Map<ProtoTensor, Tensor> decoded = new IdentityHashMap<>();
        private int nodes;

        Shared(ProtoModel model, Limits limits, ExternalData files) {
            this.model = model;
            this.limits = limits;
            this.files = files;
        }

        private Tensor initializer(ProtoTensor t) {
            return decoded.computeIfAbsent(t, k -> Reals.asF32(k.decode(limits, files)));
        }
    }

    private final Shared shared;
    private final OnnxGraph graph;
    private final Map<String, Integer> opsets;
    private final Optional<OnnxScope> around;
    private final Map<String, ProtoAttribute> arguments;
    private final int depth;
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, ProtoTensor> initializers = new HashMap<>();
    private final Map<String, String> captured = new LinkedHashMap<>();
    private final Map<String, String> copied = new HashMap<>();
    private final Set<String> otherReals = new HashSet<>();

    private OnnxScope(
            Shared shared,
            OnnxGraph graph,
            Map<String, Integer> opsets,
            Optional<OnnxScope> around,
            Map<String, ProtoAttribute> arguments,
            int depth) {
        if (depth > MOST_DEPTH) {
            throw new FormatException(
                    "", "functions and graphs stand within each other deeper than " + MOST_DEPTH);
        }
        this.shared = shared;
        this.graph = graph;
        this.opsets = opsets;
        this.around = around;
        this.arguments = arguments;
        this.depth = depth;
    }

    /** The scope of the model's graph. */
    static OnnxScope of(Shared shared, OnnxGraph graph) {
        return new OnnxScope(shared, graph, shared.model.opsets(), Optional.empty(), Map.of(), 0);
    }

    /** A scope inside of this one, whose nodes become part of a graph. */
    OnnxScope inside(OnnxGraph into) {
        return new OnnxScope(shared, into, opsets, Optional.of(this), arguments, depth + 1);
    }

    /** The graph that nodes of this scope become part of. */
    OnnxGraph graph() {
        return graph;
    }

    /** Adds the initializers of a graph. */
    void declare(ProtoGraph g) {
        for (ProtoTensor t : g.initializers()) {
            if (initializers.put(t.name(), t) != null) {
                throw new InvalidGraphException(t.name(), "two initializers have this name");
            }
        }
    }

    /** Takes away the initializer that an input has a value instead of. */
    void forget(String initializer) {
        initializers.remove(initializer);
    }

    /** An output of the graph is real numbers of another width. */
    void otherReal(String name) {
        otherReals.add(name);
    }

    boolean isOtherReal(String name) {
        return otherReals.contains(name);
    }

    /** Reads the nodes of a graph and returns its outputs. */
    List<String> run(ProtoGraph g) {
        declare(g);
        g.nodes().forEach(this::node);
        return g.outputs().stream().map(v -> value(v.name())).toList();
    }

    /** Reads a node. */
    void node(ProtoNode n) {
        Limits.require(++shared.nodes, shared.limits.nodes(), n.path(), "nodes");
        int newest = n.domain().isEmpty() ? OnnxReader.NEWEST_OPSET : 1;
        int opset = opsets.getOrDefault(n.domain(), newest);
        OnnxNode node = new OnnxNode(given(n), opset, graph, this);
        Optional<OnnxOps.Row> row = OnnxOps.find(n.domain(), n.op());
        Optional<ProtoFunction> function = shared.model.function(n.domain(), n.op());
        if (row.isEmpty() && function.isEmpty()) {
            throw node.unsupported(
                    "Quern has no such operator; replace it in the model or ask for it");
        }
        if (row.isPresent() && opset < row.get().since()) {
            throw node.error(
                    "operator "
                            + n.op()
                            + " exists since opset "
                            + row.get().since()
                            + ", the model has "
                            + opset);
        }
        try {
            if (row.isPresent()) {
                row.get().reader().read(node);
            } else {
                call(node, function.get());
            }
        } catch (UnsupportedOpException e) {
            throw e;
        } catch (FormatException e) {
            throw e.where().startsWith(n.path()) ? e : e.within(n.title());
        } catch (ArithmeticException e) {
            throw node.error("its shapes overflow");
        } catch (IndexOutOfBoundsException
                | IllegalArgumentException
                | ClassCastException
                | NegativeArraySizeException e) {
            // Readers of operators take for granted that a node has what its operator needs.
            FormatException odd = node.error("its inputs, outputs or attributes do not fit it");
            odd.addSuppressed(e);
            throw odd;
        }
        for (String o : n.outputs()) {
            if (!o.isEmpty() && !values.containsKey(o)) {
                throw node.unsupported("its output " + o + " is not made; it must not be read");
            }
        }
    }

    /** A node of a function with the attributes that its call gives. */
    private ProtoNode given(ProtoNode n) {
        if (n.attributes().values().stream().allMatch(a -> a.reference().isEmpty())) {
            return n;
        }
        Map<String, ProtoAttribute> all = new LinkedHashMap<>();
        for (ProtoAttribute a : n.attributes().values()) {
            ProtoAttribute argument = a.reference().isEmpty() ? a : arguments.get(a.reference());
            if (argument != null) {
                all.put(a.name(), argument);
            }
        }
        return new ProtoNode(n.path(), n.name(), n.op(), n.domain(), n.inputs(), n.outputs(), all);
    }

    private void call(OnnxNode o, ProtoFunction f) {
        Map<String, ProtoAttribute> given = new HashMap<>();
        f.defaults().forEach(a -> given.put(a.name(), a));
        given.putAll(o.attributes());
        OnnxScope inside =
                new OnnxScope(shared, graph, f.opsets(), Optional.empty(), given, depth + 1);
        for (int i = 0; i < f.inputs().size(); i++) {
            if (o.has(i)) {
                inside.values.put(f.inputs().get(i), o.coded(i));
            }
        }
        f.nodes().forEach(inside::node);
        for (int i = 0; i < f.outputs().size(); i++) {
            if (o.wants(i)) {
                o.alias(i, inside.value(f.outputs().get(i)));
            }
        }
    }

    /** The value that stands for a name of the file. */
    String value(String name) {
        return find(name)
                .orElseThrow(
                        () -> new InvalidGraphException(name, "nothing before makes this value"));
    }

    private Optional<String> find(String name) {
        String value = values.get(name);
        if (value == null && initializers.containsKey(name)) {
            value = graph.fresh(name);
            constant(value, initializers.get(name));
            values.put(name, value);
        }
        if (value != null || around.isEmpty()) {
            return Optional.ofNullable(value);
        }
        OnnxScope outer = around.get();
        Optional<String> there = outer.find(name);
        return outer.graph == graph ? there : there.map(v -> capture(outer, v));
    }

    /** Adds a constant, real numbers of any width as F32. */
    void constant(String value, ProtoTensor t) {
        graph.constant(value, shared.initializer(t));
        if (t.isDouble()) {
            graph.doubles().put(value, () -> decode(t));
        }
    }

    /** A value of the graph around as an input of this graph, or as the constant that it is. */
    String capture(OnnxScope outer, String value) {
        Optional<Tensor> known = outer.graph.known(value);
        Map<String, String> names = known.isPresent() ? copied : captured;
        String there = names.get(value);
        if (there != null) {
            return there;
        }
        String name = graph.fresh(value);
        if (known.isPresent()) {
            graph.constant(name, known.get());
        } else {
            graph.input(name, outer.graph.type(value));
        }
        names.put(value, name);
        return name;
    }

    /** Values of the graph around that are inputs of this graph, with the inputs' names. */
    Map<String, String> captured() {
        return Collections.unmodifiableMap(captured);
    }

    /** The name under which the value of a name of the file is made. */
    String made(String name) {
        return graph.fresh(otherReals.contains(name) ? name + "_f32" : name);
    }

    /** Lets a name of the file stand for a value. */
    void bind(String name, String value) {
        if (values.put(name, value) != null || initializers.containsKey(name)) {
            throw new InvalidGraphException(name, "two values have this name");
        }
    }

    /** The elements of a tensor of the file, real numbers of any width as they are. */
    Tensor decode(ProtoTensor tensor) {
        return tensor.decode(shared.limits, shared.files);
    }

    /** Lets a name of the file stand for a value, once. */
    void set(String name, String value) {
        values.put(name, value);
    }
}

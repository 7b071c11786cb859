package quern.formats.onnx;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.shape.Transpose;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Writes the nodes of one graph, which may stand inside of another one. */
final class GraphWriter {
    private final OnnxWriter model;
    private final Graph graph;
    private final WireWriter to;
    private final Map<String, String> names;
    private final String id;

    /**
     * @param to gets the nodes
     * @param names in the file, of the inputs and of what is to have a certain name; others are
     *     added
     */
    GraphWriter(OnnxWriter model, Graph graph, WireWriter to, Map<String, String> names) {
        this.model = model;
        this.graph = graph;
        this.to = to;
        this.names = names;
        this.id = model.fresh("graph") + ":";
    }

    /** Writes all nodes and returns the names of the outputs, all of them different. */
    List<String> write() {
        for (Node n : graph.nodes()) {
            NodeWriter node = new NodeWriter(this, n);
            node.finish(OperatorWriters.write(node));
        }
        Set<String> all = new HashSet<>();
        List<String> outputs = new ArrayList<>();
        for (String o : graph.outputs()) {
            String name = name(o);
            if (!all.add(name)) {
                name = model.fresh(name);
                put(to, "Identity", List.of(name(o)), List.of(name), List.of());
            }
            outputs.add(name);
        }
        return outputs;
    }

    OnnxWriter model() {
        return model;
    }

    Graph graph() {
        return graph;
    }

    /** Where the nodes go. */
    WireWriter nodes() {
        return to;
    }

    /** The name in the file of a value, which is its own if it was made before. */
    String name(String value) {
        return graph.constant(value)
                .map(t -> model.stored("c" + id + value, value, t.type(), () -> t))
                .orElseGet(() -> names.computeIfAbsent(value, model::fresh));
    }

    /** The name of a constant whose axis {@code i} is axis {@code order[i]} of a value. */
    String transposed(String value, Ints order) {
        Tensor t = graph.constant(value).orElseThrow();
        TensorType type = transposed(t.type().withQuant(Quant.NONE), order);
        Node n =
                new Node(
                        new Transpose(order),
                        List.of(value),
                        List.of(new Value(value, type)),
                        graph.rounding());
        Tensor plain = t.as(t.type().withQuant(Quant.NONE));
        Supplier<Tensor> moved = () -> ReferenceInterpreter.run(n, name -> plain).get(0);
        return model.stored("t" + order + id + value, value, type, moved);
    }

    private static TensorType transposed(TensorType type, Ints order) {
        return type.withShape(Shape.of(order.stream().mapToObj(type.shape()::word).toList()));
    }

    /**
     * The initializers with the scales and, unless all of S32 are 0, the zero points of a value.
     */
    List<String> scales(String value, TensorType type) {
        Quant q = type.quant();
        Floats scales = Floats.of();
        Ints zeros = Ints.of();
        Shape shape = Shape.of();
        if (q instanceof Quant.PerTensor p) {
            zeros = Ints.of(p.zeroPoint());
            scales = Floats.of(p.scale());
        } else if (q instanceof Quant.PerChannel p) {
            scales = p.scales();
            zeros = p.zeroPoints();
            shape = Shape.of(scales.size());
        } else if (q instanceof Quant.PerBlock p) {
            scales = p.scales();
            zeros = p.zeroPoints();
            int dim = type.shape().dim(p.axis());
            shape = type.shape().with(p.axis(), (dim + p.blockSize() - 1) / p.blockSize());
        }
        Tensor scale = Tensor.of(shape, scales.toArray());
        Tensor zero = Tensor.zeros(TensorType.of(type.dtype(), shape));
        for (int i = 0; i < zeros.size(); i++) {
            zero.setInteger(i, zeros.at(i));
        }
        String name = graph.constant(value).isPresent() ? value : name(value);
        List<String> all = new ArrayList<>();
        all.add(model.stored("s" + id + value, name + "_scale", scale.type(), () -> scale));
        if (type.dtype() != DType.S32 || !zeros.all(0)) {
            String wanted = name + "_zero_point";
            all.add(model.stored("z" + id + value, wanted, zero.type(), () -> zero));
        }
        return all;
    }

    /** Adds a node to the file. */
    static void put(
            WireWriter to,
            String type,
            List<String> inputs,
            List<String> outputs,
            List<?> attributes) {
        WireWriter n = new WireWriter();
        inputs.forEach(i -> n.text(1, i));
        outputs.forEach(o -> n.text(2, o));
        n.text(3, outputs.get(0)).text(4, type);
        for (int i = 0; i < attributes.size(); i += 2) {
            n.message(5, attribute((String) attributes.get(i), attributes.get(i + 1)));
        }
        to.message(1, n);
    }

    private static WireWriter attribute(String name, Object value) {
        WireWriter a = new WireWriter().text(1, name);
        if (value instanceof Float f) {
            return a.real(2, f).integer(20, 1);
        } else if (value instanceof Number n) {
            return a.integer(3, n.longValue()).integer(20, 2);
        } else if (value instanceof String s) {
            return a.text(4, s).integer(20, 3);
        } else if (value instanceof WireWriter g) {
            return a.message(6, g).integer(20, 5);
        } else if (value instanceof Ints all) {
            all.stream().forEach(i -> a.integer(8, i));
            return a.integer(20, 7);
        }
        ((List<?>) value).forEach(s -> a.text(9, (String) s));
        return a.integer(20, 8);
    }
}

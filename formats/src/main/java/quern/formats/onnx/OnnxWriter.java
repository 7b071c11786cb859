package quern.formats.onnx;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.rewrite.KeptNames;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Writes a graph as an ONNX model; the same graph gives the same bytes. Quantized nodes become real
 * ones between DequantizeLinear and QuantizeLinear. Values keep their names.
 *
 * <p>Source: the ONNX specification (IR.md and Operators.md).
 */
public final class OnnxWriter {
    private static final int OLDEST_OPSET = 13;
    private static final int NEWEST_OPSET = 21;
    private static final int OLDEST_IR = 7;
    private static final int NEWEST_IR = 10;

    private final int opset;
    private final Set<String> taken = new HashSet<>();
    private final Set<String> unused = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<Object, String> stored = new HashMap<>();
    private final WireWriter initializers = new WireWriter();
    private final WireWriter model = new WireWriter();

    /**
     * Prepares all but the elements of the tensors, which are not copied.
     *
     * @param opset version of ONNX's operators, 13 to 21
     * @param ir version of the file format, 7 to 10
     * @throws UnsupportedOpException if a node has no form in this operator set
     * @throws FormatException if there are no such versions, or the model is too large for a file
     */
    public OnnxWriter(Graph graph, int opset, int ir) {
        this.opset = opset;
        if (opset < OLDEST_OPSET || opset > NEWEST_OPSET || ir < OLDEST_IR || ir > NEWEST_IR) {
            throw new FormatException(
                    "",
                    "operator set "
                            + opset
                            + " with IR version "
                            + ir
                            + " is not written; there are operator sets 13 to 21, IR versions 7 to 10");
        }
        if (!graph.states().isEmpty()) {
            throw new UnsupportedOpException(
                    "state",
                    graph.states().get(0).value().name(),
                    "ONNX has no values that live from run to run");
        }
        model.integer(1, ir).text(2, "quern").message(7, graph(graph));
        model.message(8, new WireWriter().text(1, "").integer(2, opset));
        Map<String, String> metadata = new TreeMap<>(graph.metadata());
        if (graph.rounding() != RoundingMode.FLOAT_EVEN) {
            metadata.put("quern.rounding", graph.rounding().label());
        }
        metadata.put(KeptNames.KEY, KeptNames.of(graph));
        for (Map.Entry<String, String> e : metadata.entrySet()) {
            model.message(14, new WireWriter().text(1, e.getKey()).text(2, e.getValue()));
        }
        if (model.size() > Integer.MAX_VALUE) {
            throw new FormatException(
                    graph.name(), model.size() + " bytes are more than an ONNX file can have");
        }
    }

    private WireWriter graph(Graph g) {
        Graph laid = Nchw.layout(g);
        Map<String, String> names = new HashMap<>();
        WireWriter to = new WireWriter();
        for (Value v : g.inputs()) {
            names.put(v.name(), fresh(v.name()));
        }
        name(laid, g, names);
        for (String c : laid.constants().keySet()) {
            if (encodable(c).equals(c) && taken.add(c)) {
                unused.add(c);
            }
        }
        name(laid, laid, names);
        List<String> outputs = new NodeWriter(this, laid, to, names).write();
        to.text(2, g.name().isEmpty() ? "graph" : encodable(g.name())).append(initializers);
        for (Value v : g.inputs()) {
            to.message(11, value(names.get(v.name()), v.type()));
        }
        for (int i = 0; i < outputs.size(); i++) {
            to.message(12, value(outputs.get(i), g.type(g.outputs().get(i))));
        }
        return to;
    }

    /** Names the values that another graph has too; those that moved axes get their old names. */
    private void name(Graph g, Graph other, Map<String, String> names) {
        for (Node n : g.nodes()) {
            for (Value v : n.outputs()) {
                String name = v.name();
                if (other.has(name) && !names.containsKey(name)) {
                    names.put(name, fresh(g == other ? Nchw.base(name) : name));
                }
            }
        }
    }

    int opset() {
        return opset;
    }

    /** A name that nothing has yet: this one, or this one with a number. */
    String fresh(String wanted) {
        String prefix = encodable(wanted);
        String name = prefix;
        while (!taken.add(name)) {
            name = prefix + "_" + numbers.merge(prefix, 1, Integer::sum);
        }
        return name;
    }

    /** A text as UTF-8 can hold it. */
    private static String encodable(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /**
     * The initializer with the elements of a tensor, made when it is first asked for.
     *
     * @param key equal for equal elements
     * @param wanted its name, if it is free
     * @param order what axis {@code i} of the initializer is of the tensor; empty for the same
     */
    String stored(Object key, String wanted, Tensor tensor, Ints order) {
        String name = stored.get(key);
        if (name == null) {
            name = unused.remove(wanted) ? wanted : fresh(wanted);
            stored.put(key, name);
            WireWriter t = new WireWriter();
            Shape shape = tensor.shape();
            for (int i = 0; i < shape.rank(); i++) {
                t.integer(1, shape.dim(order.size() == 0 ? i : order.at(i)));
            }
            t.integer(2, DataTypes.number(tensor.dtype())).text(8, name);
            initializers.message(5, t.elements(9, tensor, order));
        }
        return name;
    }

    /** Name and type of a value. */
    static WireWriter value(String name, TensorType type) {
        WireWriter shape = new WireWriter();
        for (int i = 0; i < type.shape().rank(); i++) {
            WireWriter dim = new WireWriter();
            if (!type.shape().isSymbolic(i)) {
                dim.integer(1, type.shape().dim(i));
            } else if (!type.shape().word(i).equals(Shape.UNKNOWN)) {
                dim.text(2, type.shape().word(i));
            }
            shape.message(1, dim);
        }
        WireWriter tensor = new WireWriter();
        tensor.integer(1, DataTypes.number(type.dtype())).message(2, shape);
        return new WireWriter().text(1, name).message(2, new WireWriter().message(1, tensor));
    }

    /** Writes the file; {@code out} should be buffered and stays open. */
    public void writeTo(OutputStream out) throws IOException {
        model.writeTo(out);
    }
}

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
import java.util.function.Supplier;
import java.util.stream.Stream;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.graph.Graph;
import quern.graph.Value;
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
    /** The operator set that is written if nothing is said. */
    public static final int OPSET = 17;

    /** The version of the file format that is written if nothing is said. */
    public static final int IR = 8;

    private static final int OLDEST_OPSET = 13;
    private static final int NEWEST_OPSET = 21;
    private static final int OLDEST_IR = 7;
    private static final int NEWEST_IR = 10;
    private static final String ROUNDING = "quern.rounding";

    private final int opset;
    private final Set<String> taken = new HashSet<>();
    private final Set<String> unused = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<Object, String> stored = new HashMap<>();
    private final WireWriter graph = new WireWriter();
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
        require(opset, OLDEST_OPSET, NEWEST_OPSET, "operator set");
        require(ir, OLDEST_IR, NEWEST_IR, "IR version");
        this.opset = opset;
        if (!graph.states().isEmpty()) {
            throw new UnsupportedOpException(
                    "state",
                    graph.states().get(0).value().name(),
                    "ONNX has no values that live from run to run");
        }
        graph(graph);
        model.integer(1, ir).text(2, "quern").message(7, this.graph);
        model.message(8, new WireWriter().text(1, "").integer(2, opset));
        Map<String, String> metadata = new TreeMap<>(graph.metadata());
        metadata.put(ROUNDING, graph.rounding().label());
        metadata.forEach((k, v) -> model.message(14, new WireWriter().text(1, k).text(2, v)));
        if (model.size() > Integer.MAX_VALUE) {
            throw new FormatException(
                    graph.name(), model.size() + " bytes are more than an ONNX file can have");
        }
    }

    private static void require(int version, int oldest, int newest, String what) {
        if (version < oldest || version > newest) {
            throw new FormatException(
                    "", what + " " + version + " is not one of " + oldest + " to " + newest);
        }
    }

    private void graph(Graph g) {
        Graph laid = Nchw.layout(g);
        Map<String, String> names = new HashMap<>();
        g.inputs().forEach(v -> names.put(v.name(), fresh(v.name())));
        values(laid).filter(g::has).forEach(v -> names.put(v, fresh(v)));
        laid.constants().keySet().stream()
                .filter(c -> encodable(c).equals(c) && taken.add(c))
                .forEach(unused::add);
        values(laid)
                .forEach(v -> names.computeIfAbsent(v, k -> fresh(k.replaceAll("_t\\d+$", ""))));
        List<String> outputs = new GraphWriter(this, laid, graph, names).write();
        graph.text(2, g.name().isEmpty() ? "graph" : encodable(g.name()));
        graph.append(initializers);
        g.inputs().forEach(v -> graph.message(11, value(names.get(v.name()), v.type())));
        for (int i = 0; i < outputs.size(); i++) {
            graph.message(12, value(outputs.get(i), g.type(g.outputs().get(i))));
        }
    }

    private static Stream<String> values(Graph g) {
        return g.nodes().stream().flatMap(n -> n.outputs().stream()).map(Value::name);
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
     * The initializer for something that has elements, made when it is first asked for.
     *
     * @param key equal for equal elements
     * @param wanted its name, if it is free
     */
    String stored(Object key, String wanted, TensorType type, Supplier<Tensor> elements) {
        String name = stored.get(key);
        if (name == null) {
            name = unused.remove(wanted) ? wanted : fresh(wanted);
            stored.put(key, name);
            WireWriter t = new WireWriter();
            Shape shape = type.shape();
            for (int i = 0; i < shape.rank(); i++) {
                t.integer(1, shape.dim(i));
            }
            t.integer(2, DataTypes.number(type.dtype())).text(8, name);
            initializers.message(5, t.elements(9, type, elements));
        }
        return name;
    }

    /** Name and type of a value. */
    static WireWriter value(String name, TensorType type) {
        WireWriter shape = new WireWriter();
        for (String word : type.shape().words()) {
            WireWriter dim = new WireWriter();
            if (Character.isDigit(word.charAt(0))) {
                dim.integer(1, Long.parseLong(word));
            } else if (!word.equals(Shape.UNKNOWN)) {
                dim.text(2, word);
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

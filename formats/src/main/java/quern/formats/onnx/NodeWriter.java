package quern.formats.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import quern.error.UnsupportedOpException;
import quern.fixedpoint.ActivationRange;
import quern.graph.Node;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpSet;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * One node, for the writer of its operator: its attributes, its inputs as real numbers, and the
 * nodes of the file that it becomes.
 */
final class NodeWriter {
    private static final int NARROW_AND_WIDE_CODES = 21;

    private final GraphWriter graph;
    private final Node node;
    private final Op op;
    private final List<Made> made = new ArrayList<>();
    private final Map<Integer, String> reals = new HashMap<>();
    private final Attributes attributes = new Attributes();
    private boolean stored;

    private record Made(
            String type, List<String> inputs, List<String> outputs, List<Object> attributes) {}

    NodeWriter(GraphWriter graph, Node node) {
        this.graph = graph;
        this.node = node;
        this.op = node.op() instanceof Nchw n ? n.op() : node.op();
        op.write(attributes);
    }

    Op op() {
        return op;
    }

    /** The attributes under the names that they have in the text of a graph. */
    Attributes attributes() {
        return attributes;
    }

    int integer(String attribute) {
        return attributes.integer(attribute);
    }

    float real(String attribute) {
        return attributes.real(attribute);
    }

    float real(String attribute, float otherwise) {
        return attributes.real(attribute, otherwise);
    }

    Ints ints(String attribute) {
        return attributes.ints(attribute);
    }

    /** 1 for an attribute that is true, else 0. */
    int flag(String attribute) {
        return attributes.flag(attribute, false) ? 1 : 0;
    }

    /** The operator's name. */
    String name() {
        return OpSet.standard().name(op);
    }

    int opset() {
        return graph.model().opset();
    }

    GraphWriter graph() {
        return graph;
    }

    int inputs() {
        return node.inputs().size();
    }

    boolean has(int i) {
        return node.has(i);
    }

    TensorType type(int i) {
        return graph.graph().type(node.inputs().get(i));
    }

    Shape shape(int i) {
        return type(i).shape();
    }

    /** The type of the first output. */
    TensorType output() {
        return node.output().type();
    }

    Tensor constant(int i, String what) {
        return graph.graph()
                .constant(node.inputs().get(i))
                .orElseThrow(() -> unsupported(what + " must be constant"));
    }

    /** An error that names the operator and the node. */
    UnsupportedOpException unsupported(String reason) {
        return new UnsupportedOpException(name(), graph.name(node.name()), reason + ", so it is not written as ONNX");
    }

    void requireOpset(int least) {
        if (opset() < least) {
            throw unsupported("it needs operator set " + least + ", not " + opset());
        }
    }

    /** Input {@code i} as it is stored. */
    String code(int i) {
        return graph.name(node.inputs().get(i));
    }

    /** Input {@code i}, real numbers if it holds codes. */
    String in(int i) {
        return type(i).isQuantized()
                ? reals.computeIfAbsent(i, k -> dequantized(i, code(i), -1))
                : code(i);
    }

    /** The same; empty if it is not given. */
    String optional(int i) {
        return has(i) ? in(i) : "";
    }

    /** Input {@code i} as whole numbers of 64 bits. */
    String whole(int i) {
        return type(i).dtype() == DType.S64 ? code(i) : cast(code(i), DType.S64);
    }

    /** All inputs from one on, real numbers if they hold codes. */
    List<String> allInputs() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < inputs(); i++) {
            all.add(optional(i));
        }
        return all;
    }

    /** Real numbers of codes that are quantized as input {@code i} is, along this axis if any. */
    String dequantized(int i, String codes, int axis) {
        return scaled("DequantizeLinear", codes, node.inputs().get(i), type(i), axis);
    }

    private String scaled(String linear, String x, String value, TensorType type, int axis) {
        DType d = type.dtype();
        boolean quantizes = linear.startsWith("Q");
        if (quantizes && d == DType.S32) {
            throw unsupported("codes of 32 bits cannot be made there");
        }
        if (d != DType.S8 && d != DType.U8 && d != DType.S32) {
            requireOpset(NARROW_AND_WIDE_CODES);
        }
        List<Object> attributes = new ArrayList<>();
        if (type.quant() instanceof Quant.PerChannel p) {
            attributes.addAll(List.of("axis", axis < 0 ? p.axis() : axis));
        } else if (type.quant() instanceof Quant.PerBlock p) {
            requireOpset(NARROW_AND_WIDE_CODES);
            attributes.addAll(List.of("axis", p.axis(), "block_size", p.blockSize()));
        }
        List<String> inputs = new ArrayList<>(graph.scales(value, type));
        inputs.add(0, x);
        return add(linear, inputs, attributes.toArray());
    }

    /** Input {@code i}, weights, with axis {@code order[k]} as axis {@code k}. */
    String weights(int i, int... order) {
        Ints axes = Ints.of(order);
        if (graph.graph().constant(node.inputs().get(i)).isEmpty()) {
            return add("Transpose", List.of(in(i)), "perm", axes);
        }
        String w = graph.transposed(node.inputs().get(i), axes);
        if (!type(i).isQuantized()) {
            return w;
        }
        int axis = type(i).quant() instanceof Quant.PerChannel p ? p.axis() : 0;
        return dequantized(i, w, Arrays.stream(order).boxed().toList().indexOf(axis));
    }

    /** Input 2, a bias, which counts in units of input 0 times input 1 if these hold codes. */
    String bias() {
        if (!has(2) || !type(0).isQuantized()) {
            return optional(2);
        }
        float[] scales = new float[shape(2).dim(0)];
        for (int c = 0; c < scales.length; c++) {
            scales[c] = type(0).scale(0) * type(1).scale(c);
        }
        String codes = code(2);
        if (type(2).dtype() == DType.S64) {
            Tensor b = constant(2, "a bias of 64 bits");
            Tensor small = Tensor.zeros(TensorType.of(DType.S32, b.shape()));
            for (int c = 0; c < scales.length; c++) {
                small.setInteger(c, b.integer(c));
                if (small.integer(c) != b.integer(c)) {
                    throw unsupported("its bias has more than 32 bits");
                }
            }
            codes = constant(small);
        }
        boolean same = type(1).channels() == 1;
        String scale = same ? scalar(scales[0]) : constant(Tensor.of(shape(2), scales));
        return add("DequantizeLinear", List.of(codes, scale), "axis", 0);
    }

    String constant(Tensor t) {
        return graph.model().stored(t, "constant", t.type(), () -> t);
    }

    String scalar(float v) {
        return constant(Tensor.of(Shape.of(), v));
    }

    /** A list of whole numbers of 64 bits. */
    String longs(long... values) {
        Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of(values.length)));
        for (int i = 0; i < values.length; i++) {
            t.setInteger(i, values[i]);
        }
        return constant(t);
    }

    String longs(Ints values) {
        return longs(values.stream().asLongStream().toArray());
    }

    String cast(String x, DType to) {
        return add("Cast", List.of(x), "to", DataTypes.number(to));
    }

    /** Adds a node without attributes and returns the name of what it makes. */
    String of(String type, String... inputs) {
        return add(type, List.of(inputs));
    }

    /** Adds a node, attributes as names and values in turn, and returns the name of its result. */
    String add(String type, List<String> inputs, Object... attributes) {
        return add(1, type, inputs, attributes).get(0);
    }

    /** Adds a node with so many outputs. */
    List<String> add(int outputs, String type, List<String> inputs, Object... attributes) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            names.add(graph.model().fresh(graph.name(node.name()) + "_" + type));
        }
        made.add(new Made(type, inputs, names, List.of(attributes)));
        return names;
    }

    /** What a writer made is codes already. */
    void keepCodes() {
        stored = true;
    }

    /**
     * A result after the node's activation, and as codes if the output holds codes. Codes are
     * limited after they are rounded, and only if their range does not do it, so that what makes
     * them stays between DequantizeLinear and QuantizeLinear.
     */
    String finished(String y, int i) {
        TensorType type = node.outputs().get(i).type();
        Activation a = i == 0 && op instanceof Activated d ? d.activation() : Activation.NONE;
        if (!type.isQuantized()) {
            return limited(y, a.min(), a.max(), type);
        }
        String value = node.outputs().get(i).name();
        String codes = scaled("QuantizeLinear", y, value, type, -1);
        if (!(type.quant() instanceof Quant.PerTensor q)) {
            return codes;
        }
        int zero = q.zeroPoint();
        ActivationRange range =
                ActivationRange.of(
                        a.min(), a.max(), q.scale(), zero, type.codeMin(), type.codeMax());
        int bits = type.dtype().bits();
        boolean above = range.min() > type.dtype().min(bits);
        boolean below = range.max() < type.dtype().max(bits);
        if (!above && !below) {
            return codes;
        }
        String real = scaled("DequantizeLinear", codes, value, type, -1);
        float low = above ? q.scale() * (range.min() - zero) : Float.NEGATIVE_INFINITY;
        float high = below ? q.scale() * (range.max() - zero) : Float.POSITIVE_INFINITY;
        String limited = limited(real, low, high, TensorType.f32());
        return scaled("QuantizeLinear", limited, value, type, -1);
    }

    private String limited(String y, float low, float high, TensorType type) {
        if (low == 0 && high == Float.POSITIVE_INFINITY && type.dtype() == DType.F32) {
            return of("Relu", y);
        }
        return low == Float.NEGATIVE_INFINITY && high == Float.POSITIVE_INFINITY
                ? y
                : of("Clip", y, limit(low, type.dtype()), limit(high, type.dtype()));
    }

    /** A limit as a scalar of a type; empty if there is none. */
    private String limit(float v, DType dtype) {
        if (Float.isInfinite(v) || dtype == DType.F32) {
            return Float.isInfinite(v) ? "" : scalar(v);
        }
        Tensor t = Tensor.zeros(TensorType.of(dtype, Shape.of()));
        t.setInteger(0, (long) v);
        return constant(t);
    }

    /** Puts the nodes into the file; these results are the node's outputs. */
    void finish(List<String> results) {
        Map<String, String> renamed = new HashMap<>();
        for (int i = 0; i < results.size(); i++) {
            String y = stored ? results.get(i) : finished(results.get(i), i);
            String name = graph.name(node.outputs().get(i).name());
            boolean own = made.stream().anyMatch(m -> m.outputs().contains(y));
            if (!own || renamed.containsKey(y)) {
                made.add(new Made("Identity", List.of(y), List.of(name), List.of()));
            } else {
                renamed.put(y, name);
            }
        }
        for (Made m : made) {
            GraphWriter.put(
                    graph.nodes(),
                    m.type(),
                    named(m.inputs(), renamed),
                    named(m.outputs(), renamed),
                    m.attributes());
        }
    }

    private static List<String> named(List<String> list, Map<String, String> renamed) {
        return list.stream().map(n -> renamed.getOrDefault(n, n)).toList();
    }
}

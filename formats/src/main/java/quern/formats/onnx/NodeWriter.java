package quern.formats.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import quern.error.UnsupportedOpException;
import quern.fixedpoint.ActivationRange;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpSet;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Writes a graph node by node. To the writer of an operator it is the present node: its attributes,
 * its inputs as real numbers, and the nodes of the file that it becomes.
 */
final class NodeWriter {
    private static final Ints AS_IT_IS = Ints.of();
    private static final int ODD_CODES_SINCE = 21;

    private final OnnxWriter model;
    private final Graph graph;
    private final WireWriter to;
    private final Map<String, String> names;
    private final String id;
    private final List<WrittenNode> made = new ArrayList<>();
    private final Map<String, String> reals = new HashMap<>();
    private Node node;
    private Op op;
    private Attributes attributes = new Attributes();
    private boolean stored;

    /**
     * @param to gets the nodes
     * @param names in the file, of the inputs and of what is to have a certain name; others are
     *     added
     */
    NodeWriter(OnnxWriter model, Graph graph, WireWriter to, Map<String, String> names) {
        this.model = model;
        this.graph = graph;
        this.to = to;
        this.names = names;
        this.id = model.fresh("graph") + ":";
    }

    /** Writes all nodes and returns the names of the outputs, all of them different. */
    List<String> write() {
        for (Node n : graph.nodes()) {
            node = n;
            op = n.op() instanceof Nchw m ? m.op() : n.op();
            attributes = new Attributes();
            op.write(attributes);
            stored = false;
            if (op.makesSums() && TypeRules.isSums(output())) {
                throw unsupported("it makes accumulators");
            }
            finish(OperatorWriters.write(this));
        }
        List<String> outputs = new ArrayList<>();
        for (String o : graph.outputs()) {
            String name = name(o);
            if (outputs.contains(name)) {
                String same = name;
                name = model.fresh(name);
                WrittenNode.put(to, name, "Identity", same);
            }
            outputs.add(name);
        }
        return outputs;
    }

    /** The name in the file of a value; a constant is stored. */
    private String name(String value) {
        if (graph.constants().containsKey(value)) {
            return model.stored("c" + id + value, value, graph.constants().get(value), AS_IT_IS);
        }
        String name = names.get(value);
        if (name == null) {
            name = model.fresh(value);
            names.put(value, name);
        }
        return name;
    }

    Op op() {
        return op;
    }

    /** The operator's name. */
    String name() {
        return OpSet.standard().name(op);
    }

    /** The attributes under the names that they have in the text of a graph. */
    Attributes attributes() {
        return attributes;
    }

    int integer(String attribute) {
        return attributes.integer(attribute);
    }

    Ints ints(String attribute) {
        return attributes.ints(attribute);
    }

    /** 1 for an attribute that is true, else 0. */
    int flag(String attribute) {
        return attributes.flag(attribute, false) ? 1 : 0;
    }

    int inputs() {
        return node.inputs().size();
    }

    int outputs() {
        return node.outputs().size();
    }

    boolean has(int i) {
        return node.has(i);
    }

    TensorType type(int i) {
        return graph.type(node.inputs().get(i));
    }

    Shape shape(int i) {
        return type(i).shape();
    }

    /** The size of an axis of input 0, which must be known. */
    int size(int axis) {
        if (shape(0).isSymbolic(axis)) {
            throw unsupported("the size of axis " + axis + " is not known");
        }
        return shape(0).dim(axis);
    }

    /** The type of the first output. */
    TensorType output() {
        return node.output().type();
    }

    /** An error that names the operator and the node. */
    UnsupportedOpException unsupported(String reason) {
        return new UnsupportedOpException(
                name(), names.get(node.name()), reason + ", so it is not written as ONNX");
    }

    /** Whether the operator set is this one or a later one. */
    boolean since(int opset) {
        return model.opset() >= opset;
    }

    void require(int opset) {
        if (!since(opset)) {
            throw unsupported("it needs operator set " + opset);
        }
    }

    /** Input {@code i} as it is stored. */
    String code(int i) {
        return name(node.inputs().get(i));
    }

    /**
     * Input {@code i}, real numbers if it holds codes; empty if it is not given. All nodes share
     * these numbers: ONNX Runtime would not find integer kernels for some of them otherwise.
     */
    String in(int i) {
        if (!has(i) || !type(i).isQuantized()) {
            return has(i) ? code(i) : "";
        }
        String value = node.inputs().get(i);
        String real = reals.get(value);
        if (real == null) {
            real = dequantized(i, code(i), -1);
            reals.put(value, real);
        }
        return real;
    }

    /** Input {@code i} as whole numbers of 64 bits; empty if it is not given. */
    String whole(int i) {
        return !has(i) ? "" : type(i).dtype() == DType.S64 ? code(i) : cast(code(i), DType.S64);
    }

    /** Input {@code i} as a number; truth values become 0 and 1. */
    String number(int i) {
        return type(i).dtype() == DType.BOOL ? cast(code(i), DType.S32) : in(i);
    }

    /** Real numbers of codes that are quantized as input {@code i} is, along this axis if any. */
    String dequantized(int i, String codes, int axis) {
        return scaled("DequantizeLinear", codes, node.inputs().get(i), type(i), axis);
    }

    private String scaled(String linear, String x, String value, TensorType type, int axis) {
        DType d = type.dtype();
        if (linear.startsWith("Q") && d == DType.S32) {
            throw unsupported("codes of 32 bits cannot be made there");
        }
        if (d != DType.S8 && d != DType.U8 && d != DType.S32) {
            require(ODD_CODES_SINCE);
        }
        Floats scales = Floats.of();
        Ints zeros = AS_IT_IS;
        Shape shape = Shape.of();
        int along = 1;
        int block = 0;
        if (type.quant() instanceof Quant.PerTensor p) {
            scales = Floats.of(p.scale());
            zeros = Ints.of(p.zeroPoint());
        } else if (type.quant() instanceof Quant.PerChannel p) {
            scales = p.scales();
            zeros = p.zeroPoints();
            along = axis < 0 ? p.axis() : axis;
            shape = Shape.of(scales.size());
        } else if (type.quant() instanceof Quant.PerBlock p) {
            require(ODD_CODES_SINCE);
            scales = p.scales();
            zeros = p.zeroPoints();
            along = p.axis();
            block = p.blockSize();
            int dim = type.shape().dim(along);
            shape = type.shape().with(along, (dim + block - 1) / block);
        }
        Tensor zero = Tensor.zeros(TensorType.of(d, shape));
        for (int i = 0; i < zeros.size(); i++) {
            zero.setInteger(i, zeros.at(i));
        }
        String name = names.getOrDefault(value, value);
        Tensor scale = Tensor.of(shape, scales.toArray());
        String s = model.stored("s" + id + value, name + "_scale", scale, AS_IT_IS);
        if (d == DType.S32 && zeros.all(0)) {
            return of(linear + " axis", x, s, along);
        }
        String z = model.stored("z" + id + value, name + "_zero_point", zero, AS_IT_IS);
        return block == 0
                ? of(linear + " axis", x, s, z, along)
                : of(linear + " axis block_size", x, s, z, along, block);
    }

    /** Input {@code i}, weights, with axis {@code order[k]} as axis {@code k}. */
    String weights(int i, int... order) {
        Ints axes = Ints.of(order);
        String value = node.inputs().get(i);
        Tensor t = graph.constants().get(value);
        if (t == null) {
            return of("Transpose perm", in(i), axes);
        }
        String w = model.stored("t" + axes + id + value, value, t, axes);
        if (!t.type().isQuantized()) {
            return w;
        }
        int axis = 0;
        while (t.type().quant() instanceof Quant.PerChannel p && order[axis] != p.axis()) {
            axis++;
        }
        return dequantized(i, w, axis);
    }

    /** Input 2, a bias, which counts in units of input 0 times input 1 if these hold codes. */
    String bias() {
        if (!has(2) || !type(0).isQuantized()) {
            return in(2);
        }
        boolean one = type(1).channels() == 1;
        float[] scales = new float[one ? 1 : shape(2).dim(0)];
        for (int c = 0; c < scales.length; c++) {
            scales[c] = type(0).scale(0) * type(1).scale(c);
        }
        String codes = code(2);
        if (type(2).dtype() == DType.S64) {
            Tensor b = graph.constants().get(node.inputs().get(2));
            Tensor small = Tensor.zeros(TensorType.of(DType.S32, shape(2)));
            for (int c = 0; b != null && c < small.elements(); c++) {
                small.setInteger(c, b.integer(c));
                b = small.integer(c) == b.integer(c) ? b : null;
            }
            if (b == null) {
                throw unsupported("its bias has more than 32 bits");
            }
            codes = constant(small);
        }
        String scale = constant(Tensor.of(one ? Shape.of() : shape(2), scales));
        return of("DequantizeLinear axis", codes, scale, 0);
    }

    String constant(Tensor t) {
        return model.stored(t, "constant", t, AS_IT_IS);
    }

    String scalar(float v) {
        return constant(Tensor.of(Shape.of(), v));
    }

    /** A list of whole numbers of 64 bits. */
    String longs(long... values) {
        Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of(values.length)));
        System.arraycopy(values, 0, t.longs(), 0, values.length);
        return constant(t);
    }

    String longs(Ints values) {
        long[] all = new long[values.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = values.at(i);
        }
        return longs(all);
    }

    String cast(String x, DType to) {
        return of("Cast to", x, DataTypes.number(to));
    }

    /**
     * Adds a node and returns the name of its result.
     *
     * @param form the operator's name and the names of its attributes, divided by spaces
     * @param arguments the inputs, each a name or a list of names, then the value of each
     *     attribute: a number, a text, {@link Ints}, or a graph
     */
    String of(String form, Object... arguments) {
        made.add(WrittenNode.of(form, arguments));
        return more();
    }

    /** Another result of the node that was added last. */
    String more() {
        String name = model.fresh(names.getOrDefault(node.name(), "") + "_" + made.size());
        made.get(made.size() - 1).outputs().add(name);
        return name;
    }

    /** All inputs, real numbers if they hold codes. */
    List<String> all() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < inputs(); i++) {
            all.add(in(i));
        }
        return all;
    }

    /** What the writer of the operator makes is codes already. */
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
            return limited(y, a.min(), a.max(), type.dtype());
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
        float low = Float.NEGATIVE_INFINITY;
        float high = Float.POSITIVE_INFINITY;
        if (range.min() > type.dtype().min(bits)) {
            low = q.scale() * (range.min() - zero);
        }
        if (range.max() < type.dtype().max(bits)) {
            high = q.scale() * (range.max() - zero);
        }
        if (Float.isInfinite(low) && Float.isInfinite(high)) {
            return codes;
        }
        String real = scaled("DequantizeLinear", codes, value, type, -1);
        return scaled("QuantizeLinear", limited(real, low, high, DType.F32), value, type, -1);
    }

    private String limited(String y, float low, float high, DType dtype) {
        if (low == Float.NEGATIVE_INFINITY && high == Float.POSITIVE_INFINITY) {
            return y;
        }
        return low == 0 && high == Float.POSITIVE_INFINITY && dtype == DType.F32
                ? of("Relu", y)
                : of("Clip", y, limit(low, dtype), limit(high, dtype));
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
    private void finish(List<String> results) {
        Map<String, String> renamed = new HashMap<>();
        for (int i = 0; i < results.size(); i++) {
            String y = stored ? results.get(i) : finished(results.get(i), i);
            boolean own = !renamed.containsKey(y);
            for (int k = 0; own && k < made.size() && !made.get(k).outputs().contains(y); k++) {
                own = k < made.size() - 1;
            }
            if (!own || made.isEmpty()) {
                y = of("Identity", y);
            }
            renamed.put(y, name(node.outputs().get(i).name()));
        }
        for (String i : node.inputs()) {
            reals.computeIfPresent(i, (value, real) -> renamed.getOrDefault(real, real));
        }
        for (WrittenNode m : made) {
            m.put(to, renamed);
        }
        made.clear();
    }

    /** Writes the nodes of a graph inside that reads these values; returns its outputs. */
    List<String> nested(Graph g, WireWriter nodes, List<String> inputs) {
        Map<String, String> inside = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            inside.put(g.inputs().get(i).name(), inputs.get(i));
        }
        return new NodeWriter(model, Nchw.layout(g), nodes, inside).write();
    }

    /** Where the nodes go. */
    WireWriter nodes() {
        return to;
    }

    String fresh(String wanted) {
        return model.fresh(wanted);
    }
}

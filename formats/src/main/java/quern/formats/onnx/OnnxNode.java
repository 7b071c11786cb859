package quern.formats.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.op.Op;
import quern.op.quantize.Cast;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * One node of a model, for the reader of its operator: its attributes, its inputs, and the nodes
 * that it becomes. Real numbers of 16 and 64 bits are seen as F32.
 */
final class OnnxNode {
    private static final Set<String> MOVING =
            Set.of(
                    "Identity",
                    "Shape",
                    "Size",
                    "Reshape",
                    "Flatten",
                    "Squeeze",
                    "Unsqueeze",
                    "Expand",
                    "Tile",
                    "Slice",
                    "Transpose",
                    "Gather",
                    "GatherND",
                    "Split",
                    "DepthToSpace",
                    "SpaceToDepth");

    private final ProtoNode proto;
    private final int opset;
    private final OnnxGraph graph;
    private final OnnxScope scope;

    OnnxNode(ProtoNode proto, int opset, OnnxGraph graph, OnnxScope scope) {
        this.proto = proto;
        this.opset = opset;
        this.graph = graph;
        this.scope = scope;
    }

    /** The operator's name. */
    String op() {
        return proto.op();
    }

    /** The version of the operator's set. */
    int opset() {
        return opset;
    }

    /** Number of inputs, absent ones in between included. */
    int inputs() {
        return proto.inputs().size();
    }

    /** Whether input {@code i} is given. */
    boolean has(int i) {
        return i < inputs() && !proto.inputs().get(i).isEmpty();
    }

    /** The value of input {@code i}, which must be given; codes of 8 bits are integers. */
    String input(int i) {
        String value = coded(i);
        return MOVING.contains(proto.op()) ? value : plain(value);
    }

    /** The value of input {@code i}, which must be given; it may be codes with a scale. */
    String coded(int i) {
        if (!has(i)) {
            throw error("input " + i + " is missing");
        }
        return scope.value(proto.inputs().get(i));
    }

    private String plain(String value) {
        return type(value).isQuantized() ? retyped(value, Quant.NONE) : value;
    }

    /** The same elements as codes of another quantization, or of none. */
    String retyped(String value, Quant quant) {
        TensorType type = type(value);
        if (type.quant().equals(quant)) {
            return value;
        }
        Optional<Tensor> known = graph.constant(value);
        if (known.isPresent()) {
            return constant(known.get().as(type.withQuant(quant)));
        }
        if (type.dtype().isPacked()) {
            throw unsupported("codes of 4 bits must be constant");
        }
        return addAs(type.withQuant(quant), new Cast(type.dtype()), value);
    }

    /** Adds a node whose output holds codes of this type in whatever shape, and returns it. */
    String addAs(TensorType codes, Op op, String... from) {
        String name = graph.fresh(base() + "_0_");
        graph.add(op, List.of(from), List.of(name), Optional.of(codes));
        return name;
    }

    /** Adds the node whose output is the first output of this one and holds codes of this type. */
    void emitAs(TensorType codes, Op op, List<String> from) {
        emit(0, op, from, Optional.of(codes));
    }

    /** Whether a value follows from constants of the file alone. */
    boolean isFixed(String value) {
        return graph.isFixed(value);
    }

    /** The value of input {@code i}; empty if it is not given, as an absent input of a node is. */
    String inputOrAbsent(int i) {
        return has(i) ? input(i) : "";
    }

    /** The values of all inputs, which must be given. */
    List<String> allInputs() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < inputs(); i++) {
            all.add(input(i));
        }
        return all;
    }

    TensorType type(int i) {
        return graph.type(coded(i));
    }

    TensorType type(String value) {
        return graph.type(value);
    }

    Shape shape(int i) {
        return type(i).shape();
    }

    Shape shape(String value) {
        return graph.type(value).shape();
    }

    int rank(int i) {
        return shape(i).rank();
    }

    /** Elements of input {@code i}, if it is given and constant. */
    Optional<Tensor> constant(int i) {
        return has(i) ? graph.constant(coded(i)) : Optional.empty();
    }

    Optional<Tensor> constant(String value) {
        return graph.constant(value);
    }

    /** Elements of input {@code i}, which must be constant. */
    Tensor requireConstant(int i, String what) {
        return graph.constant(coded(i))
                .orElseThrow(() -> unsupported(what + " (input " + i + ") must be constant"));
    }

    /** The integers of a constant input. */
    int[] integers(int i, String what) {
        Tensor t = requireConstant(i, what);
        if (!t.dtype().isInteger() && t.dtype() != DType.BOOL) {
            throw error(what + " (input " + i + ") must be integers, not " + t.type());
        }
        return integers(t);
    }

    /** The elements of a tensor of integers. */
    static int[] integers(Tensor t) {
        int[] all = new int[t.elements()];
        for (int k = 0; k < all.length; k++) {
            all[k] = clamp(t.integer(k));
        }
        return all;
    }

    /** A number as an int; what is beyond its range is its end, as huge slice ends are. */
    private static int clamp(long v) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(v, Integer.MAX_VALUE));
    }

    /** The integers of an attribute or, if that is not given, of a constant input. */
    Optional<int[]> integers(String attribute, int input) {
        if (hasAttribute(attribute)) {
            return Optional.of(ints(attribute));
        }
        return has(input) ? Optional.of(integers(input, attribute)) : Optional.empty();
    }

    /** The only element of a constant input. */
    float scalar(int i, String what) {
        Tensor t = requireConstant(i, what);
        if (t.elements() != 1) {
            throw error(what + " must be one number, not " + t.type());
        }
        return t.dtype() == DType.F32 ? t.real(0) : t.integer(0);
    }

    boolean hasAttribute(String name) {
        return proto.attributes().containsKey(name);
    }

    private Optional<ProtoAttribute> attribute(String name) {
        return Optional.ofNullable(proto.attributes().get(name));
    }

    private FormatException wrong(String name, String expected) {
        String where = attribute(name).map(ProtoAttribute::path).orElse(proto.path());
        return new FormatException(where, "attribute " + name + " must be " + expected);
    }

    int integer(String name) {
        return attribute(name)
                .flatMap(ProtoAttribute::integer)
                .map(OnnxNode::clamp)
                .orElseThrow(() -> wrong(name, "an integer"));
    }

    /** An integer of 64 bits. */
    long whole(String name) {
        return attribute(name)
                .flatMap(ProtoAttribute::integer)
                .orElseThrow(() -> wrong(name, "an integer"));
    }

    /** A constant of the 64-bit integers of an attribute. */
    String wholes(String name) {
        LongList list = attribute(name).map(ProtoAttribute::integers).orElse(new LongList());
        Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of(list.size())));
        for (int i = 0; i < list.size(); i++) {
            t.setInteger(i, list.at(i));
        }
        return constant(t);
    }

    int integer(String name, int otherwise) {
        return hasAttribute(name) ? integer(name) : otherwise;
    }

    boolean flag(String name, boolean otherwise) {
        return integer(name, otherwise ? 1 : 0) != 0;
    }

    float real(String name) {
        return attribute(name)
                .flatMap(ProtoAttribute::real)
                .orElseThrow(() -> wrong(name, "a number"));
    }

    float real(String name, float otherwise) {
        return hasAttribute(name) ? real(name) : otherwise;
    }

    String text(String name, String otherwise) {
        return hasAttribute(name)
                ? attribute(name)
                        .flatMap(ProtoAttribute::text)
                        .orElseThrow(() -> wrong(name, "a text"))
                : otherwise;
    }

    List<String> texts(String name) {
        return attribute(name).map(ProtoAttribute::texts).orElse(List.of());
    }

    int[] ints(String name) {
        LongList list =
                attribute(name).orElseThrow(() -> wrong(name, "a list of integers")).integers();
        int[] all = new int[list.size()];
        Arrays.setAll(all, i -> clamp(list.at(i)));
        return all;
    }

    int[] ints(String name, int... otherwise) {
        return hasAttribute(name) ? ints(name) : otherwise;
    }

    float[] reals(String name) {
        LongList list = attribute(name).map(ProtoAttribute::reals).orElse(new LongList());
        float[] all = new float[list.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = Float.intBitsToFloat((int) list.at(i));
        }
        return all;
    }

    /** Makes the tensor of an attribute the only output. */
    void emitTensor(String name) {
        ProtoTensor t =
                attribute(name)
                        .flatMap(ProtoAttribute::tensor)
                        .orElseThrow(() -> wrong(name, "a tensor"));
        String made = scope.made(proto.outputs().get(0));
        scope.constant(made, t);
        scope.bind(proto.outputs().get(0), made);
    }

    /** The value of output {@code i}, which was emitted. */
    String output(int i) {
        return scope.value(proto.outputs().get(i));
    }

    /** The float64 numbers that values hold as F32. */
    Doubles doubles() {
        return graph.doubles();
    }

    /** The tensor of an attribute; all real numbers are F32. */
    Tensor tensor(String name) {
        return attribute(name)
                .flatMap(ProtoAttribute::tensor)
                .map(t -> Reals.asF32(scope.decode(t)))
                .orElseThrow(() -> wrong(name, "a tensor"));
    }

    /** An axis attribute or number, counted from the front. */
    int axis(int axis, int rank) {
        int a = axis < 0 ? axis + rank : axis;
        if (a < 0 || a >= rank) {
            throw error("axis " + axis + " is outside a tensor of rank " + rank);
        }
        return a;
    }

    /** Adds a constant and returns its name. */
    String constant(Tensor t) {
        String name = graph.fresh(base() + "_c");
        graph.constant(name, t);
        return name;
    }

    /** A constant scalar. */
    String scalar(float value) {
        return constant(Tensor.of(Shape.of(), value));
    }

    /** A constant list of S64 integers. */
    String list(int... values) {
        Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of(values.length)));
        for (int i = 0; i < values.length; i++) {
            t.setInteger(i, values[i]);
        }
        return constant(t);
    }

    private String base() {
        return proto.outputs().stream().filter(o -> !o.isEmpty()).findFirst().orElse(proto.op());
    }

    /** Adds a node with one output that only this operator uses, and returns the output. */
    String add(Op op, String... from) {
        return add(op, 1, List.of(from)).get(0);
    }

    /** Adds a node with so many outputs that only this operator uses, and returns them. */
    List<String> add(Op op, int outputs, List<String> from) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            names.add(other(graph.fresh(base() + "_" + i + "_"), names));
        }
        graph.add(op, from, names);
        return names;
    }

    /**
     * A value under another shape.
     *
     * @param dims for each new dimension its number or, if negative, {@code -1 - axis} for the
     *     dimension of an axis of the value
     */
    String reshape(String x, int... dims) {
        Reshaping r = Reshaping.of(this, x, dims);
        return add(r.op(), 1, r.inputs()).get(0);
    }

    /** Makes the first output of this node a value under another shape, as {@link #reshape}. */
    void emitReshape(String x, int... dims) {
        Reshaping r = Reshaping.of(this, x, dims);
        emit(0, r.op(), r.inputs());
    }

    /** Number of outputs, those that nobody reads in between included. */
    int outputs() {
        return proto.outputs().size();
    }

    /** Whether output {@code i} is wanted. */
    boolean wants(int i) {
        return i < outputs() && !proto.outputs().get(i).isEmpty();
    }

    /** Adds the node whose output is the first output of this one. */
    void emit(Op op, String... from) {
        emit(0, op, List.of(from));
    }

    /** Adds the node whose output is output {@code i} of this one; nothing if it is not wanted. */
    void emit(int i, Op op, List<String> from) {
        emit(i, op, from, Optional.empty());
    }

    private void emit(int i, Op op, List<String> from, Optional<TensorType> codes) {
        if (wants(i)) {
            String name = scope.made(proto.outputs().get(i));
            graph.add(op, from, List.of(name), codes);
            scope.bind(proto.outputs().get(i), name);
        }
    }

    /** Lets output {@code i} be a value that is there already. */
    void alias(int i, String value) {
        if (wants(i)) {
            scope.bind(proto.outputs().get(i), value);
        }
    }

    /** The first output of this node has the elements of a constant. */
    void emitConstant(Tensor t) {
        String name = scope.made(proto.outputs().get(0));
        graph.constant(name, t);
        scope.bind(proto.outputs().get(0), name);
    }

    /** The dimensions of a static shape as a list. */
    static Ints dims(Shape shape) {
        return Ints.of(shape.toArray());
    }

    /** Something in the file is wrong. */
    FormatException error(String problem) {
        return new FormatException(proto.title(), problem);
    }

    /** Quern does not have this form of the operator. */
    UnsupportedOpException unsupported(String why) {
        String name = proto.domain().isEmpty() ? proto.op() : proto.domain() + "." + proto.op();
        return new UnsupportedOpException(name + " (opset " + opset + ")", proto.title(), why);
    }

    /** The names around the node, for graphs inside of it. */
    OnnxScope scope() {
        return scope;
    }

    /** The graph of an attribute. */
    ProtoGraph graph(String name) {
        return attribute(name)
                .flatMap(ProtoAttribute::graph)
                .orElseThrow(() -> wrong(name, "a graph"));
    }

    /** Adds a node whose outputs are those of this one, from the first on. */
    void emitAll(Op op, List<String> from, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String own = wants(i) ? proto.outputs().get(i) : base() + "_n" + i;
            names.add(other(scope.made(own), names));
        }
        graph.add(op, from, names);
        for (int i = 0; i < count; i++) {
            alias(i, names.get(i));
        }
    }

    /** This name, or one like it that is not among these and that no value has. */
    private String other(String name, List<String> names) {
        String candidate = name;
        while (names.contains(candidate)) {
            candidate = graph.fresh(candidate + "_");
        }
        return candidate;
    }

    /** The attributes, for messages and for what reads them in its own way. */
    Map<String, ProtoAttribute> attributes() {
        return proto.attributes();
    }
}

package quern.formats.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import quern.error.FormatException;
import quern.error.InvalidGraphException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Dynamic;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.dynamic.ShapeOf;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.op.quantize.Cast;
import quern.op.quantize.Dequantize;
import quern.op.shape.Concat;
import quern.op.shape.Gather;
import quern.op.shape.Reshape;
import quern.op.shape.Slice;
import quern.rewrite.Inference;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * A graph in the making. Types are inferred as nodes are added, and what follows from constants and
 * shapes becomes a constant at once.
 *
 * <p>If dimensions of the inputs are symbols, types are inferred for several samples of numbers in
 * their place. A dimension that is the same in all of them is a number, one that follows a symbol
 * is that symbol, any other is unknown. A session infers them again for the numbers that it gets.
 */
final class OnnxGraph {
    private static final Set<Class<? extends Op>> POLYNOMIAL =
            Set.of(
                    ShapeOf.class,
                    Gather.class,
                    Slice.class,
                    Concat.class,
                    Reshape.class,
                    Cast.class,
                    Add.class,
                    Sub.class,
                    Mul.class);

    /** Why a graph of one sample only cannot be read. */
    static final String VALUES_DECIDE = "values decide its shape";

    private static final int[] UNKNOWN = {37, 41, 43};

    private final String name;
    private final List<Sample> first;
    private final List<Sample> samples;
    private final boolean exact;
    private final boolean distinct;
    private final List<Value> inputs = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, TensorType> types = new HashMap<>();
    private final Set<String> polynomial = new HashSet<>();
    private final Set<String> dequantized = new HashSet<>();
    private final Map<String, Integer> fresh = new HashMap<>();
    private final Doubles doubles = new Doubles(this);

    /** Numbers in place of the symbols, and what follows from them. */
    private record Sample(Map<String, Integer> symbols, Inference inference) {}

    /**
     * @param symbols a number for each symbol, in one or more ways; one way only if every shape
     *     follows from constants
     */
    OnnxGraph(String name, List<Map<String, Integer>> symbols) {
        this.name = name;
        this.samples = new ArrayList<>();
        symbols.forEach(s -> samples.add(new Sample(s, new Inference())));
        this.first = List.copyOf(samples);
        this.exact = symbols.size() == 1;
        this.distinct =
                symbols.get(0).keySet().stream()
                        .allMatch(k -> symbols.stream().map(s -> s.get(k)).distinct().count() > 1);
    }

    /** Adds an input. */
    void input(String value, TensorType type) {
        inputs.add(new Value(value, type));
        define(value, type);
        for (Sample s : samples) {
            Shape shape = type.shape().bind(s.symbols);
            s.inference.define(value, type.withShape(numbers(shape, s)));
        }
    }

    /** Adds a constant, whose array is not copied. */
    void constant(String value, Tensor tensor) {
        constants.put(value, tensor);
        define(value, tensor.type());
        samples.forEach(s -> s.inference.define(value, tensor));
    }

    /** The float64 numbers that values hold as F32. */
    Doubles doubles() {
        return doubles;
    }

    private void define(String value, TensorType type) {
        if (types.put(value, type) != null) {
            throw new InvalidGraphException(value, "two values have this name");
        }
    }

    /** A name that no value has, beginning with a prefix. */
    String fresh(String prefix) {
        String candidate = prefix;
        while (types.containsKey(candidate) || candidate.isEmpty()) {
            candidate = prefix + "_" + fresh.merge(prefix, 1, Integer::sum);
        }
        return candidate;
    }

    boolean has(String value) {
        return types.containsKey(value);
    }

    /** The type of a value: its dimensions are numbers, symbols or unknown. */
    TensorType type(String value) {
        TensorType t = types.get(value);
        if (t == null) {
            throw new InvalidGraphException(value, "nothing before makes this value");
        }
        return t;
    }

    /** The elements of a value, if they are the same for all inputs. */
    Optional<Tensor> constant(String value) {
        return dequantized.contains(value)
                ? samples.get(0).inference.value(value)
                : Optional.ofNullable(constants.get(value));
    }

    /** The elements of a constant; empty for what is dequantized from one. */
    Optional<Tensor> known(String value) {
        return Optional.ofNullable(constants.get(value));
    }

    /** Whether a value follows from constants of the file alone. */
    boolean isFixed(String value) {
        return constants.containsKey(value) || dequantized.contains(value);
    }

    /** Adds a node with outputs of these names, which are new. */
    void add(Op op, List<String> from, List<String> outputs) {
        add(op, from, outputs, Optional.empty());
    }

    /**
     * Adds a node with outputs of these names, which are new.
     *
     * @param codes element type and quantization of the first output, in any shape, where the
     *     operator leaves them open
     */
    void add(Op op, List<String> from, List<String> outputs, Optional<TensorType> codes) {
        for (int i = 0; i < Math.max(from.size(), op.arity().required()); i++) {
            if (i < from.size() && !from.get(i).isEmpty()) {
                type(from.get(i));
            } else if (i < op.arity().required()) {
                throw new InvalidGraphException(outputs.get(0), "input " + i + " is missing");
            }
        }
        if (op instanceof Dynamic d) {
            Optional<Dynamic.Fixed> fixed = d.fixed(seen(from));
            if (fixed.isPresent()) {
                List<String> kept = fixed.get().inputs().stream().mapToObj(from::get).toList();
                add(fixed.get().op(), kept, outputs, codes);
                return;
            }
        }
        Node node = infer(op, from, outputs, codes);
        boolean quantized =
                op instanceof Dequantize || from.stream().anyMatch(dequantized::contains);
        boolean fixed = from.stream().allMatch(f -> f.isEmpty() || isFixed(f));
        if (quantized && fixed && !(op instanceof ShapeOf)) {
            dequantized.addAll(outputs);
        }
        boolean known =
                !outputs.stream().anyMatch(dequantized::contains)
                        && outputs.stream().allMatch(o -> isConstant(node, o));
        for (Value v : node.outputs()) {
            define(v.name(), v.type());
            if (known) {
                constants.put(v.name(), samples.get(0).inference.value(v.name()).orElseThrow());
            }
        }
        if (!known) {
            nodes.add(node);
        }
    }

    /** What an operator sees of values for all inputs. */
    private OpInputs seen(List<String> names) {
        Inference all = new Inference();
        for (String name : names) {
            if (!name.isEmpty()) {
                all.define(name, type(name));
                constant(name).ifPresent(t -> all.define(name, t));
            }
        }
        return all.inputs(names);
    }

    private static List<TensorType> types(Op op, OpInputs inputs, Optional<TensorType> codes) {
        List<TensorType> all = new ArrayList<>(op.infer(inputs));
        codes.ifPresent(t -> all.set(0, t.withShape(all.get(0).shape())));
        return all;
    }

    private Node infer(Op op, List<String> from, List<String> outputs, Optional<TensorType> codes) {
        Optional<FormatException> failure = Optional.empty();
        List<Node> bound = new ArrayList<>();
        for (Sample s : List.copyOf(samples)) {
            try {
                List<TensorType> inferred = types(op, s.inference.inputs(from), codes);
                Node n = node(op, from, outputs, inferred);
                Node b = s.inference.add(n);
                List<Value> numbered = new ArrayList<>();
                for (Value v : b.outputs()) {
                    if (exact && !v.type().shape().isStatic()) {
                        throw new InvalidGraphException(v.name(), VALUES_DECIDE);
                    }
                    TensorType t = v.type().withShape(numbers(v.type().shape(), s));
                    if (!t.equals(v.type())) {
                        s.inference.define(v.name(), t);
                    }
                    numbered.add(v);
                }
                bound.add(new Node(b.op(), b.inputs(), numbered, b.rounding()));
            } catch (FormatException e) {
                failure = Optional.of(e);
                samples.remove(s);
            } catch (ArithmeticException e) {
                failure =
                        Optional.of(
                                new InvalidGraphException(outputs.get(0), "its shapes overflow"));
                samples.remove(s);
            }
        }
        if (samples.isEmpty()) {
            throw failure.orElseThrow();
        }
        if (exact) {
            return bound.get(0);
        }
        List<TensorType> general = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            int output = i;
            general.add(general(bound.stream().map(n -> n.outputs().get(output).type()).toList()));
        }
        return node(op, from, outputs, general);
    }

    private static Node node(
            Op op, List<String> from, List<String> outputs, List<TensorType> types) {
        List<Value> values =
                IntStream.range(0, outputs.size())
                        .mapToObj(i -> new Value(outputs.get(i), types.get(i)))
                        .toList();
        return new Node(op, from, values, RoundingMode.FLOAT_EVEN);
    }

    /** A sample number for each unknown dimension, so that what follows can be inferred. */
    private Shape numbers(Shape shape, Sample sample) {
        int number = UNKNOWN[first.indexOf(sample) % UNKNOWN.length];
        Shape s = shape;
        for (int i = 0; i < s.rank(); i++) {
            s = s.isSymbolic(i) ? s.with(i, number) : s;
        }
        return s;
    }

    /** The type of which all these are samples. */
    private TensorType general(List<TensorType> all) {
        Shape first = all.get(0).shape();
        List<String> words = new ArrayList<>();
        for (int axis = 0; axis < first.rank(); axis++) {
            words.add(word(all, axis));
        }
        return all.get(0).withShape(Shape.of(words));
    }

    private String word(List<TensorType> all, int axis) {
        String first = all.get(0).shape().word(axis);
        if (!distinct && first.equals("1")) {
            return Shape.UNKNOWN;
        }
        if (all.size() > 1 && all.stream().allMatch(t -> same(t, axis, first))) {
            return first;
        }
        for (String symbol : samples.get(0).symbols.keySet()) {
            boolean follows = true;
            for (int i = 0; i < all.size(); i++) {
                String number = samples.get(i).symbols.get(symbol).toString();
                follows &= same(all.get(i), axis, number);
            }
            if (follows) {
                return symbol;
            }
        }
        return Shape.UNKNOWN;
    }

    private static boolean same(TensorType t, int axis, String word) {
        return axis < t.shape().rank() && t.shape().word(axis).equals(word);
    }

    /** Whether an output has the same elements for all inputs. */
    private boolean isConstant(Node n, String output) {
        Optional<Tensor> first = samples.get(0).inference.value(output);
        if (first.isEmpty()) {
            return false;
        }
        boolean fixed = n.inputs().stream().allMatch(i -> i.isEmpty() || constants.containsKey(i));
        if (exact || fixed && !(n.op() instanceof ShapeOf)) {
            return true;
        }
        boolean follows =
                POLYNOMIAL.contains(n.op().getClass())
                        && (n.op() instanceof ShapeOf
                                || n.inputs().stream()
                                        .allMatch(
                                                i ->
                                                        i.isEmpty()
                                                                || constants.containsKey(i)
                                                                || polynomial.contains(i)));
        if (follows) {
            polynomial.add(output);
        }
        return follows
                && distinct
                && samples.size() > 1
                && samples.stream().allMatch(s -> s.inference.value(output).equals(first));
    }

    /** A graph inside of this one: for the same numbers in place of its symbols, and more. */
    OnnxGraph inside(String inner, Set<String> more) {
        List<Map<String, Integer>> all = new ArrayList<>();
        int count = more.isEmpty() ? first.size() : Math.max(first.size(), UNKNOWN.length);
        for (int i = 0; i < count; i++) {
            Map<String, Integer> numbers =
                    new LinkedHashMap<>(first.get(Math.min(i, first.size() - 1)).symbols);
            for (String symbol : more) {
                numbers.put(symbol, UNKNOWN[i] + 8 * numbers.size());
            }
            all.add(numbers);
        }
        return new OnnxGraph(inner, all);
    }

    /** The graph with its inputs in this order; others of them are missing. */
    Graph build(List<String> order, List<String> outputs) {
        List<Value> sorted = order.stream().map(name -> new Value(name, type(name))).toList();
        return new Graph(
                name,
                RoundingMode.FLOAT_EVEN,
                sorted,
                List.of(),
                constants,
                nodes,
                outputs,
                Map.of());
    }

    /** The graph, checked. */
    Graph build(List<String> outputs, Map<String, String> metadata) {
        return new Graph(
                name,
                RoundingMode.FLOAT_EVEN,
                inputs,
                List.of(),
                constants,
                nodes,
                outputs,
                metadata);
    }
}

package quern.runtime.digest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.reference.ReferenceInterpreter;
import quern.runtime.Plan;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Tensor;

/**
 * SHA-256 of every tensor that a graph holds or computes for built-in inputs, in hexadecimal: of
 * its type and its elements, little-endian, each NaN alike. Recorded on one machine, they tell on
 * another whether it computes the same bits, and which layer is the first that does not.
 *
 * @param constants by name
 * @param values inputs and what nodes make, by name, in the graph's order
 */
public record Digests(Map<String, String> constants, Map<String, String> values) {
    /**
     * A tensor that differs.
     *
     * @param name of the constant or value
     * @param constant whether it is part of the model
     * @param element the first element that differs from what the reference kernels make, or -1 if
     *     these differ from the record too
     * @param expected what they make of it
     * @param actual what was computed
     */
    public record Difference(
            String name, boolean constant, int element, String expected, String actual) {}

    public Digests {
        constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Runs a graph of static shapes once, from fresh state.
     *
     * @param options tier and threads, which must not change a digest
     */
    public static Digests of(Graph graph, PlanOptions options) {
        Map<String, String> values = new LinkedHashMap<>();
        try (Session session = Session.open(Plan.of(graph, options.withKeepAll(true)))) {
            session.run(BuiltInInputs.of(graph).toArray(Tensor[]::new));
            names(graph).forEach(name -> values.put(name, digest(session.value(name))));
        }
        return new Digests(constants(graph), values);
    }

    /** The same by the reference kernels, which are slow and define what is right. */
    public static Digests reference(Graph graph) {
        Map<String, Tensor> all = new ReferenceInterpreter(graph).runAll(BuiltInInputs.of(graph));
        Map<String, String> values = new LinkedHashMap<>();
        names(graph).forEach(name -> values.put(name, digest(all.get(name))));
        return new Digests(constants(graph), values);
    }

    private static Map<String, String> constants(Graph graph) {
        Map<String, String> constants = new LinkedHashMap<>();
        graph.constants().forEach((name, t) -> constants.put(name, digest(t)));
        return constants;
    }

    private static List<String> names(Graph graph) {
        List<String> names = new ArrayList<>();
        graph.inputs().forEach(v -> names.add(v.name()));
        for (Node n : graph.nodes()) {
            n.outputs().stream().map(Value::name).forEach(names::add);
        }
        return names;
    }

    /**
     * The first tensor whose digest is not the recorded one: a constant, else the first value in
     * the graph's order, of which the first element is found by the reference kernels.
     *
     * @throws FormatException if the record is of a graph with other tensors
     */
    public static Optional<Difference> firstDifference(
            Graph graph, PlanOptions options, Digests recorded) {
        Digests own = of(graph, options);
        if (!own.values.keySet().equals(recorded.values.keySet())
                || !own.constants.keySet().equals(recorded.constants.keySet())) {
            throw new FormatException(
                    "the recorded digests", "are of a model with other tensors than this one");
        }
        for (Map.Entry<String, String> e : own.constants.entrySet()) {
            if (!e.getValue().equals(recorded.constants.get(e.getKey()))) {
                return Optional.of(new Difference(e.getKey(), true, -1, "", ""));
            }
        }
        for (Map.Entry<String, String> e : own.values.entrySet()) {
            if (!e.getValue().equals(recorded.values.get(e.getKey()))) {
                return Optional.of(locate(graph, options, e.getKey()));
            }
        }
        return Optional.empty();
    }

    private static Difference locate(Graph graph, PlanOptions options, String name) {
        List<Tensor> inputs = BuiltInInputs.of(graph);
        Tensor right = new ReferenceInterpreter(graph).runAll(inputs).get(name);
        try (Session session = Session.open(Plan.of(graph, options.withKeepAll(true)))) {
            session.run(inputs.toArray(Tensor[]::new));
            Tensor own = session.value(name);
            byte[] a = bytes(right);
            byte[] b = bytes(own);
            for (int i = 0; i < Math.min(a.length, b.length); i++) {
                if (a[i] != b[i]) {
                    int element = i / (a.length / Math.max(1, right.elements()));
                    return new Difference(
                            name, false, element, text(right, element), text(own, element));
                }
            }
        }
        return new Difference(name, false, -1, "", "");
    }

    private static String text(Tensor t, int i) {
        return t.dtype() == DType.F32 ? Float.toHexString(t.real(i)) : String.valueOf(word(t, i));
    }

    /** SHA-256 of a tensor. */
    static String digest(Tensor t) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update((t.dtype() + " " + t.shape()).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha.digest(bytes(t)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] bytes(Tensor t) {
        ByteBuffer all =
                ByteBuffer.allocate(Math.multiplyExact(Long.BYTES, t.elements()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < t.elements(); i++) {
            all.putLong(word(t, i));
        }
        return all.array();
    }

    private static long word(Tensor t, int i) {
        return switch (t.dtype()) {
            case F32, F16, BF16 -> Float.floatToIntBits(t.real(i));
            case F64 -> Double.doubleToLongBits(t.doubles()[t.offset() + i]);
            default -> t.integer(i);
        };
    }
}

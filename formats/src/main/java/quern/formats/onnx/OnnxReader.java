package quern.formats.onnx;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import quern.error.FormatException;
import quern.error.InvalidGraphException;
import quern.error.UnsupportedOpException;
import quern.formats.Limits;
import quern.graph.Graph;
import quern.op.quantize.Cast;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Reads an ONNX model: operator sets 1 to 23 of ONNX's own domain. Real numbers of 16 and 64 bits
 * are computed with as F32; inputs and outputs keep their types.
 *
 * <p>Source: the ONNX specification (IR.md and Operators.md).
 */
public final class OnnxReader {
    private static final int NEWEST_OPSET = 23;
    private static final Set<String> SIZED =
            Set.of("NonZero", "NonMaxSuppression", "Compress", "Unique");

    private final ProtoModel model;
    private final Limits limits;
    private final ExternalData files;
    private final OnnxGraph graph;
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, ProtoTensor> initializers = new HashMap<>();
    private final Set<String> otherReals = new HashSet<>();

    private OnnxReader(
            ProtoModel model,
            String name,
            Limits limits,
            ExternalData files,
            List<Map<String, Integer>> samples) {
        this.model = model;
        this.limits = limits;
        this.files = files;
        this.graph = new OnnxGraph(name, samples);
    }

    /**
     * Reads a model.
     *
     * @param bytes the file, from position to limit; not changed and not kept
     * @param name the graph's name if the file has none
     * @param folder where the file is, for the files that belong to it
     * @param fixed inputs that are constants from now on, by name
     * @throws FormatException (or a subtype) with the field's path if anything in it is wrong
     */
    public static Graph read(
            ByteBuffer bytes,
            String name,
            Limits limits,
            Optional<Path> folder,
            Map<String, Tensor> fixed) {
        ProtoModel model = ProtoModel.read(Wire.of(bytes, limits));
        int opset = model.opsets().getOrDefault("", NEWEST_OPSET);
        if (opset > NEWEST_OPSET) {
            throw new FormatException(
                    "opset_import",
                    "operator set "
                            + opset
                            + " is newer than "
                            + NEWEST_OPSET
                            + ", the newest that is read; export the model with an older one");
        }
        ExternalData files = new ExternalData(folder);
        String title = model.graph().name().isEmpty() ? name : model.graph().name();
        Optional<FormatException> first = Optional.empty();
        for (List<Map<String, Integer>> samples :
                SymbolSamples.of(symbols(model.graph(), fixed), isSized(model.graph()))) {
            try {
                return new OnnxReader(model, title, limits, files, samples).graph(fixed);
            } catch (FormatException e) {
                if (e instanceof UnsupportedOpException) {
                    throw e;
                }
                first = first.isPresent() ? first : Optional.of(e);
            }
        }
        throw first.orElseThrow();
    }

    /** The symbols of all inputs, those of the first axes first. */
    private static Set<String> symbols(ProtoGraph g, Map<String, Tensor> fixed) {
        Set<String> all = new LinkedHashSet<>();
        for (ProtoValue v : inputs(g, fixed)) {
            Shape s = shape(v);
            for (int i = 0; i < s.rank(); i++) {
                if (s.isSymbolic(i)) {
                    all.add(s.word(i));
                }
            }
        }
        return all;
    }

    /** Whether values decide sizes in a graph. */
    private static boolean isSized(ProtoGraph g) {
        return g.nodes().stream().anyMatch(n -> SIZED.contains(n.op()));
    }

    /** The inputs that have no value yet. */
    private static List<ProtoValue> inputs(ProtoGraph g, Map<String, Tensor> fixed) {
        Set<String> given = new HashSet<>(fixed.keySet());
        g.initializers().forEach(t -> given.add(t.name()));
        return g.inputs().stream().filter(v -> !given.contains(v.name())).toList();
    }

    private static Shape shape(ProtoValue v) {
        List<String> words =
                v.dims()
                        .orElseThrow(
                                () ->
                                        new FormatException(
                                                v.path(),
                                                "input "
                                                        + v.name()
                                                        + " has no number of dimensions"));
        List<String> all = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i).replaceAll("[^A-Za-z0-9_]", "_");
            if (word.isEmpty()) {
                word = v.name().replaceAll("[^A-Za-z0-9_]", "_") + "_" + i;
            }
            boolean number = word.chars().allMatch(c -> c >= '0' && c <= '9');
            boolean symbol = !number && !Character.isDigit(word.charAt(0));
            String dim = number || symbol ? word : "d" + word;
            all.add(!number && all.contains(dim) ? dim + "_" + i : dim);
        }
        try {
            return Shape.of(all);
        } catch (FormatException e) {
            throw e.within(v.path());
        }
    }

    private Graph graph(Map<String, Tensor> fixed) {
        ProtoGraph g = model.graph();
        for (ProtoTensor t : g.initializers()) {
            if (initializers.put(t.name(), t) != null) {
                throw new InvalidGraphException(t.name(), "two initializers have this name");
            }
        }
        for (ProtoValue v : g.outputs()) {
            if (v.elements() > 0
                    && v.elements() != DataTypes.STRING
                    && DataTypes.isOtherReal(DataTypes.of(v.elements()))) {
                otherReals.add(v.name());
            }
        }
        for (ProtoValue v : g.inputs()) {
            if (fixed.containsKey(v.name())) {
                initializers.remove(v.name());
                graph.constant(v.name(), Reals.asF32(fixed.get(v.name())));
                values.put(v.name(), v.name());
            }
        }
        for (String name : fixed.keySet()) {
            if (!values.containsKey(name)) {
                throw new FormatException("input " + name, "the model has no such input");
            }
        }
        inputs(g, fixed).forEach(this::input);
        for (ProtoNode n : g.nodes()) {
            node(n);
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        return graph.build(g.outputs().stream().map(this::output).toList(), metadata);
    }

    private void input(ProtoValue v) {
        try {
            TensorType type = TensorType.of(DataTypes.of(v.elements()), shape(v));
            graph.input(v.name(), type);
            values.put(v.name(), v.name());
            if (DataTypes.isOtherReal(type.dtype())) {
                String wide = graph.fresh(v.name() + "_f32");
                graph.add(new Cast(DType.F32), List.of(v.name()), List.of(wide));
                values.put(v.name(), wide);
            }
        } catch (FormatException e) {
            throw e.within(v.path());
        }
    }

    private void node(ProtoNode n) {
        int opset =
                model.opsets().getOrDefault(n.domain(), n.domain().isEmpty() ? NEWEST_OPSET : 1);
        OnnxNode node = new OnnxNode(n, opset, graph, scope);
        OnnxOps.Row row =
                OnnxOps.find(n.domain(), n.op())
                        .orElseThrow(
                                () ->
                                        node.unsupported(
                                                "Quern has no such operator; replace it in the model"
                                                        + " or ask for it"));
        if (opset < row.since()) {
            throw node.error(
                    "operator "
                            + n.op()
                            + " exists since opset "
                            + row.since()
                            + ", the model has "
                            + opset);
        }
        try {
            row.reader().read(node);
        } catch (UnsupportedOpException e) {
            throw e;
        } catch (FormatException e) {
            throw e.where().startsWith(n.path()) ? e : e.within(n.title());
        } catch (ArithmeticException e) {
            throw node.error("its shapes overflow");
        }
        for (String o : n.outputs()) {
            if (!o.isEmpty() && !values.containsKey(o)) {
                throw node.unsupported("its output " + o + " is not made; it must not be read");
            }
        }
    }

    private final OnnxNode.Scope scope =
            new OnnxNode.Scope() {
                @Override
                public String value(String name) {
                    return OnnxReader.this.value(name);
                }

                @Override
                public String made(String name) {
                    return graph.fresh(otherReals.contains(name) ? name + "_f32" : name);
                }

                @Override
                public void bind(String name, String value) {
                    if (values.put(name, value) != null || initializers.containsKey(name)) {
                        throw new InvalidGraphException(name, "two values have this name");
                    }
                }

                @Override
                public Tensor decode(ProtoTensor tensor) {
                    return tensor.decode(limits, files);
                }
            };

    private String value(String name) {
        String value = values.get(name);
        if (value == null && initializers.containsKey(name)) {
            Tensor t = Reals.asF32(initializers.get(name).decode(limits, files));
            graph.constant(name, t);
            values.put(name, name);
            return name;
        }
        if (value == null) {
            throw new InvalidGraphException(name, "nothing before makes this value");
        }
        return value;
    }

    /** The value that the graph returns under the name of an output. */
    private String output(ProtoValue v) {
        String value = value(v.name());
        TensorType type = graph.type(value);
        if (otherReals.contains(v.name()) && type.dtype() == DType.F32) {
            DType real = DataTypes.of(v.elements());
            graph.add(new Cast(real), List.of(value), List.of(v.name()));
            return v.name();
        }
        if (value.equals(v.name()) || graph.has(v.name())) {
            return value;
        }
        int[] same = IntStream.range(0, type.shape().rank()).toArray();
        graph.add(new Transpose(Ints.of(same)), List.of(value), List.of(v.name()));
        return v.name();
    }
}

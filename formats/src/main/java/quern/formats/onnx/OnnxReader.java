package quern.formats.onnx;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import quern.error.FormatException;
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
    static final int NEWEST_OPSET = 23;
    private static final Set<String> QRN_KEYS = Set.of("quern.version", "quern.graph");

    private final ProtoModel model;
    private final OnnxGraph graph;
    private final OnnxScope scope;

    private OnnxReader(
            ProtoModel model,
            String name,
            Limits limits,
            ExternalData files,
            List<Map<String, Integer>> samples) {
        this.model = model;
        this.graph = new OnnxGraph(name, samples);
        this.scope = OnnxScope.of(new OnnxScope.Shared(model, limits, files), graph);
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
        for (List<Map<String, Integer>> samples : SymbolSamples.of(symbols(model.graph(), fixed))) {
            try {
                return new OnnxReader(model, title, limits, files, samples).graph(fixed);
            } catch (FormatException e) {
                boolean one = samples.size() == 1;
                if (one && e.getMessage().contains(OnnxGraph.VALUES_DECIDE)) {
                    continue;
                }
                if (one || e instanceof UnsupportedOpException) {
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
        scope.declare(g);
        for (ProtoValue v : g.outputs()) {
            if (v.elements() > 0
                    && v.elements() != DataTypes.STRING
                    && DataTypes.isOtherReal(DataTypes.of(v.elements()))) {
                scope.otherReal(v.name());
            }
        }
        Set<String> unknown = new HashSet<>(fixed.keySet());
        for (ProtoValue v : g.inputs()) {
            if (unknown.remove(v.name())) {
                scope.forget(v.name());
                graph.constant(v.name(), Reals.asF32(fixed.get(v.name())));
                scope.set(v.name(), v.name());
            }
        }
        for (String name : unknown) {
            throw new FormatException("input " + name, "the model has no such input");
        }
        inputs(g, fixed).forEach(this::input);
        g.nodes().forEach(scope::node);
        Map<String, String> metadata = new HashMap<>(model.metadata());
        metadata.keySet().removeAll(QRN_KEYS);
        return graph.build(g.outputs().stream().map(this::output).toList(), metadata);
    }

    private void input(ProtoValue v) {
        try {
            TensorType type = TensorType.of(DataTypes.of(v.elements()), shape(v));
            graph.input(v.name(), type);
            scope.set(v.name(), v.name());
            if (DataTypes.isOtherReal(type.dtype())) {
                String narrow = graph.fresh(v.name() + "_f32");
                graph.add(new Cast(DType.F32), List.of(v.name()), List.of(narrow));
                scope.set(v.name(), narrow);
                if (type.dtype() == DType.F64) {
                    graph.doubles().put(narrow, v.name());
                }
            }
        } catch (FormatException e) {
            throw e.within(v.path());
        }
    }

    /** The value that the graph returns under the name of an output. */
    private String output(ProtoValue v) {
        String value = scope.value(v.name());
        TensorType type = graph.type(value);
        if (scope.isOtherReal(v.name()) && type.dtype() == DType.F32) {
            DType real = DataTypes.of(v.elements());
            if (real == DType.F64 && graph.doubles().has(value)) {
                return alias(graph.doubles().of(value), v.name());
            }
            graph.add(new Cast(real), List.of(value), List.of(v.name()));
            return v.name();
        }
        if (value.equals(v.name()) || graph.has(v.name())) {
            return value;
        }
        return alias(value, v.name());
    }

    /** A value under another name. */
    private String alias(String value, String name) {
        int[] same = IntStream.range(0, graph.type(value).shape().rank()).toArray();
        graph.add(new Transpose(Ints.of(same)), List.of(value), List.of(name));
        return name;
    }
}

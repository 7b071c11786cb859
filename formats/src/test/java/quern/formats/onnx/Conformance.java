package quern.formats.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.formats.Limits;
import quern.formats.Models;
import quern.graph.Graph;
import quern.numeric.SmallFloats;
import quern.rewrite.Simplify;
import quern.rewrite.Stages;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The test suite of ONNX, as Debian's package libonnx-testdata installs it. */
final class Conformance {
    /** The folders of the suite that are run. */
    static final List<String> GROUPS =
            List.of("node", "simple", "pytorch-operator", "pytorch-converted");

    /** Tests of strings, sequences, optional values, training and random numbers. */
    static final Pattern OUTSIDE =
            Pattern.compile(
                    "strnorm|STRING|tfidf|test_sequence|_sequence|_seq$|_seq_none|_opt$|optional|adagrad|_adam"
                            + "|momentum|bernoulli|training_dropout|_training_mode|gradient");

    private static final double RELATIVE = 1e-3;
    private static final double ABSOLUTE = 1e-7;

    private final Path folder;

    Conformance(Path folder) {
        this.folder = folder;
    }

    /** Names of the tests of a group, such as {@code node/test_abs}, in order. */
    List<String> tests(String group) throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve(group))) {
            return all.filter(p -> Files.exists(p.resolve("model.onnx")))
                    .map(p -> group + "/" + p.getFileName())
                    .sorted()
                    .toList();
        }
    }

    /** Why a test does not pass; empty if it passes. */
    Optional<String> run(String test) throws IOException {
        Path place = folder.resolve(test);
        for (int open : new int[] {Integer.MAX_VALUE, 1, 0}) {
            try {
                return run(place, open);
            } catch (UnsupportedOpException e) {
                if (open == 0 || !e.getMessage().contains("must be constant")) {
                    return reason(e, place);
                }
            } catch (FormatException e) {
                return reason(e, place);
            }
        }
        throw new AssertionError();
    }

    private static Optional<String> reason(FormatException e, Path place) {
        String message = e.getMessage().replace(place.resolve("model.onnx") + ", ", "");
        return Optional.of(message.replace(place.resolve("model.onnx").toString(), "").strip());
    }

    /**
     * @param open how many inputs, from the first on, are no constants of the graph: Quern wants
     *     axes, sizes and such known before a run, and models that people export have them so
     */
    private Optional<String> run(Path place, int open) throws IOException {
        Path model = place.resolve("model.onnx");
        List<String> names = inputNames(model);
        Map<String, Tensor> fixed = new LinkedHashMap<>();
        List<Tensor> values = tensors(place.resolve("test_data_set_0"), "input_");
        for (int i = open; i < values.size(); i++) {
            fixed.put(names.get(i), values.get(i));
        }
        Graph graph = Models.read(model, Limits.standard(), fixed);
        Optional<String> problem = run(graph, place, open);
        return problem.isPresent() ? problem : run(Simplify.simplify(graph), place, open);
    }

    private static List<String> inputNames(Path model) throws IOException {
        Wire wire = Wire.of(ByteBuffer.wrap(Files.readAllBytes(model)), Limits.standard());
        return ProtoModel.read(wire).graph().inputs().stream().map(ProtoValue::name).toList();
    }

    private Optional<String> run(Graph graph, Path place, int open) throws IOException {
        for (int set = 0; Files.exists(place.resolve("test_data_set_" + set)); set++) {
            Path data = place.resolve("test_data_set_" + set);
            List<Tensor> all = tensors(data, "input_");
            List<Tensor> inputs = like(graph, all.subList(0, Math.min(open, all.size())));
            List<Tensor> expected = tensors(data, "output_");
            List<Tensor> outputs = Stages.reference(graph, inputs);
            for (int i = 0; i < expected.size(); i++) {
                Optional<String> problem = difference(outputs.get(i), expected.get(i));
                if (problem.isPresent()) {
                    return Optional.of("output " + i + " of set " + set + ": " + problem.get());
                }
            }
        }
        return Optional.empty();
    }

    /** The suite stores BF16 numbers as U16. */
    private static List<Tensor> like(Graph graph, List<Tensor> values) {
        List<Tensor> all = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            TensorType type = graph.inputs().get(i).type();
            Tensor t = values.get(i);
            boolean same = type.dtype() != DType.BF16 || t.dtype() != DType.U16;
            TensorType bits = TensorType.of(DType.BF16, t.shape());
            boolean one = !type.shape().accepts(t.shape()) && t.elements() == 1;
            Tensor read = same ? t : t.as(bits);
            all.add(one ? Tensor.zeros(type) : read);
        }
        return all;
    }

    private static List<Tensor> tensors(Path data, String prefix) throws IOException {
        List<Tensor> all = new ArrayList<>();
        for (int i = 0; Files.exists(data.resolve(prefix + i + ".pb")); i++) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Files.readAllBytes(data.resolve(prefix + i + ".pb")));
            all.add(
                    ProtoTensor.read(Wire.of(bytes, Limits.standard()))
                            .decode(Limits.standard(), new ExternalData(Optional.empty())));
        }
        return all;
    }

    static Optional<String> difference(Tensor actual, Tensor stored) {
        boolean bits = actual.dtype() == DType.BF16 && stored.dtype() == DType.U16;
        Tensor expected = bits ? stored.as(TensorType.of(DType.BF16, stored.shape())) : stored;
        if (!actual.shape().equals(expected.shape()) || actual.dtype() != expected.dtype()) {
            return Optional.of("it is " + actual.type() + ", but should be " + expected.type());
        }
        for (int i = 0; i < expected.elements(); i++) {
            double a = number(actual, i);
            double e = number(expected, i);
            boolean real = !expected.dtype().isInteger() && expected.dtype() != DType.BOOL;
            boolean close = real && Math.abs(a - e) <= ABSOLUTE + RELATIVE * Math.abs(e);
            if (Double.compare(a, e) != 0 && a != e && !close) {
                return Optional.of(
                        String.format(Locale.ROOT, "element %d is %s, but should be %s", i, a, e));
            }
        }
        return Optional.empty();
    }

    private static double number(Tensor t, int i) {
        return switch (t.dtype()) {
            case F32 -> t.real(i);
            case F64 -> t.doubles()[t.offset() + i];
            case F16 -> SmallFloats.ofF16(t.shorts()[t.offset() + i]);
            case BF16 -> SmallFloats.ofBf16(t.shorts()[t.offset() + i]);
            default -> t.integer(i);
        };
    }
}

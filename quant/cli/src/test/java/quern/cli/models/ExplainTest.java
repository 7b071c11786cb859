package quern.cli.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.fixedpoint.RoundingMode;
import quern.formats.Models;
import quern.graph.Graph;
import quern.graph.Node;
import quern.quant.QuantOptions;
import quern.quant.QuantizedModel;
import quern.quant.Quantizer;
import quern.quant.explain.Explainer;
import quern.quant.explain.Explanation;
import quern.rewrite.Binding;
import quern.rewrite.Simplify;
import quern.runtime.Plan;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Tensor;

/** The explained element is the one that the model computes, and its errors add up. */
class ExplainTest {
    private static final Path MODELS = Path.of(System.getProperty("quern.shared"), "models");

    private static final Path TESTDATA = Path.of(System.getProperty("quern.testdata"), "models");

    private final Random random = new Random(6);
    private final Set<String> functions = new TreeSet<>();

    static boolean hasShared() {
        return Files.isDirectory(MODELS);
    }

    static List<Path> models() throws IOException {
        try (Stream<Path> files = Files.walk(MODELS)) {
            return files.filter(p -> p.toString().matches(".*(int8|quant|ptq).*\\.tflite"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    @EnabledIf("hasShared")
    void everyRoundingModeIsFollowed(Path file) throws IOException {
        Graph read = Simplify.simplify(Models.read(file));
        if (!Binding.isStatic(read) || !read.states().isEmpty()) {
            return;
        }
        for (RoundingMode mode : RoundingMode.values()) {
            Graph graph = read.withRounding(mode);
            check(graph, inputs(graph), Optional.empty(), 250);
        }
    }

    @Test
    void errorsAddUpToTheDistanceFromFloat() throws IOException {
        Graph real = Simplify.simplify(Models.read(TESTDATA.resolve("fashion_cnn_float.qrn")));
        List<List<Tensor>> samples = List.of(inputs(real), inputs(real), inputs(real));
        for (RoundingMode mode : List.of(RoundingMode.DOUBLE, RoundingMode.FLOAT_EVEN)) {
            QuantOptions options =
                    QuantOptions.PLAIN.toBuilder().rounding(mode).weightBits(5).build();
            QuantizedModel made = Quantizer.convert(real, samples, options);
            int layers = check(made.graph(), samples.get(0), Optional.of(made.original()), 300);
            assertTrue(layers > 100, layers + " elements of layers");
        }
        assertTrue(
                functions.containsAll(List.of("Add", "MaxPool2d", "Mean", "Softmax")),
                functions::toString);
    }

    private List<Tensor> inputs(Graph graph) {
        List<Tensor> inputs = new ArrayList<>();
        graph.inputs()
                .forEach(
                        v -> {
                            Tensor t = Tensor.zeros(v.type());
                            for (int i = 0; i < t.elements(); i++) {
                                if (t.dtype() == DType.F32) {
                                    t.setReal(i, random.nextFloat());
                                } else {
                                    int low = (int) t.dtype().min(t.dtype().bits());
                                    t.setInteger(i, low + random.nextInt(256));
                                }
                            }
                            inputs.add(t);
                        });
        return inputs;
    }

    /** Explains elements of random nodes; returns how many were those of layers on codes. */
    private int check(Graph graph, List<Tensor> inputs, Optional<Graph> reference, int count) {
        Explainer explainer = new Explainer(graph, inputs, reference);
        int layers = 0;
        PlanOptions options = PlanOptions.defaults().withKeepAll(true);
        try (Session session = Session.open(Plan.of(graph, options))) {
            session.run(inputs.toArray(Tensor[]::new));
            for (int i = 0; i < count; i++) {
                Node n = graph.nodes().get(random.nextInt(graph.nodes().size()));
                Tensor y = session.value(n.name());
                if (y.elements() == 0) {
                    continue;
                }
                int element = random.nextInt(y.elements());
                Explanation e = explainer.explain(n.name(), explainer.index(n.name(), element));
                if (e.code().isPresent()) {
                    assertEquals(y.integer(element), e.code().get());
                }
                if (e.layer().isPresent()) {
                    layers++;
                    Explanation.Layer l = e.layer().get();
                    long limited = Math.max(l.min(), Math.min(l.max(), l.unclamped()));
                    assertEquals(limited, e.code().orElseThrow(), n.name());
                    BigDecimal exact =
                            new BigDecimal(y.type().scale(0))
                                    .multiply(BigDecimal.valueOf(e.code().get() - l.zero()));
                    assertEquals(0, exact.subtract(l.shadow()).compareTo(l.error()), n.name());
                }
                if (e.function().isPresent()) {
                    functions.add(e.operator());
                    Explanation.Function f = e.function().get();
                    BigDecimal exact =
                            new BigDecimal(y.type().scale(0))
                                    .multiply(
                                            BigDecimal.valueOf(
                                                    e.code().get() - y.type().zeroPoint(0)));
                    assertEquals(0, exact.subtract(f.shadow()).compareTo(f.error()), n.name());
                } else if (y.type().isQuantized()) {
                    assertTrue(
                            e.layer().isPresent() || y.type().dtype().bits() > 8,
                            n + " has no explanation");
                }
            }
        }
        return layers;
    }
}

package quern.cli.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.formats.Models;
import quern.graph.Graph;
import quern.rewrite.Simplify;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Models of ../shared written as ONNX: ONNX Runtime computes the same. */
@EnabledIf("hasShared")
class WrittenModelsTest {
    private static final Path MODELS = Path.of(System.getProperty("quern.shared"), "models");

    @TempDir private Path folder;

    static boolean hasShared() {
        return Files.isDirectory(MODELS);
    }

    static List<Path> models() throws IOException {
        try (Stream<Path> all = Files.walk(MODELS)) {
            return all.filter(p -> p.toString().matches(".*\\.(onnx|tflite)")).filter(p->p.toString().matches(System.getProperty("only",".*"))).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void isNearOnnxRuntime(Path file) throws IOException {
        System.out.println("=== "+file);
        Graph graph;
        try { graph = Simplify.simplify(Models.read(file)); } catch (quern.error.FormatException e) { System.out.println("READ "+e.getMessage()); return; }
        System.out.println(graph.inputs()+" "+graph.nodes().size());
        Path written = folder.resolve("a.onnx");
        try { Models.write(graph, written); } catch (quern.error.UnsupportedOpException e) { System.out.println("WRITE "+e.getMessage()); return; }
        Random random = new Random(3);
        List<Tensor> inputs = graph.inputs().stream().map(v -> random(v.type(), random)).toList();
        List<Tensor> expected;
        try (OrtModel ort = new OrtModel(Files.readAllBytes(written))) {
            expected = ort.run(inputs);
        }
        try (Session session = Session.open(graph)) {
            List<Tensor> actual = session.run(inputs.toArray(Tensor[]::new));
            for (int i = 0; i < expected.size(); i++) {
                near(expected.get(i), actual.get(i));
            }
        }
        Graph again = Simplify.simplify(Models.read(written));
        try (Session session = Session.open(again)) {
            List<Tensor> actual = session.run(inputs.toArray(Tensor[]::new));
            System.out.println("AGAIN "+graph.nodes().size()+" "+again.nodes().size());
            for (int i = 0; i < expected.size(); i++) {
                near(expected.get(i), actual.get(i));
            }
        }
    }

    private static Tensor random(TensorType type, Random random) {
        List<String> w = new ArrayList<>(type.shape().words());
        w.replaceAll(s -> Character.isDigit(s.charAt(0)) ? s : "1");
        Tensor t = Tensor.zeros(type.withShape(Shape.of(w)));
        for (int i = 0; i < t.elements(); i++) {
            if (t.dtype() == DType.F32) {
            t.setReal(i, random.nextFloat());
            } else t.setInteger(i, random.nextInt(256) - (t.dtype() == DType.S8 ? 128 : 0));
        }
        return t;
    }

    private static void near(Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape());
        double largest = 0;
        double error = 0; int different = 0;
        for (int i = 0; i < expected.elements(); i++) {
            double e = expected.dtype() == DType.F32 ? expected.real(i) : expected.integer(i);
            double a = expected.dtype() == DType.F32 ? actual.real(i) : actual.integer(i);
            largest = Math.max(largest, Math.abs(e));
            error = Math.max(error, Math.abs(e - a)); if (e != a) different++;
        }
        System.out.println("error " + error + " of " + largest + " " + error/largest+" different " + different +" of "+expected.elements());
    }
}

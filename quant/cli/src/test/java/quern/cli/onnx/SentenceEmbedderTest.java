package quern.cli.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.formats.Models;
import quern.graph.Graph;
import quern.rewrite.Simplify;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The sentence embedder all-MiniLM-L6-v2 as it is exported, for sequences of any length. */
class SentenceEmbedderTest {
    private static final int VOCABULARY = 30522;

    @TempDir static Path folder;
    private static Path file;

    @BeforeAll
    static void unpack() throws IOException {
        file = folder.resolve("minilm.onnx");
        try (InputStream in = ClassLoader.getSystemResourceAsStream("all-minilm-l6-v2.onnx")) {
            Files.copy(in, file);
        }
    }

    @Test
    void someLengthsMatchOnnxRuntime() throws IOException {
        compare(new int[] {1, 2, 9, 128, 16, 2});
    }

    @Test
    @Tag("long")
    void allLengthsMatchOnnxRuntime() throws IOException {
        int[] lengths = new int[256];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = i * 37 % 256 + 1;
        }
        compare(lengths);
    }

    private static void compare(int[] lengths) throws IOException {
        Graph graph = Simplify.simplify(Models.read(file));
        Random random = new Random(7);
        try (OrtModel ort = new OrtModel(Files.readAllBytes(file));
                Session session = Session.open(graph)) {
            for (int length : lengths) {
                Tensor ids = tokens(random, length, VOCABULARY);
                Tensor mask = tokens(random, length, 1);
                for (int i = 0; i < length; i++) {
                    mask.setInteger(i, i < Math.max(1, length - length / 8) ? 1 : 0);
                }
                List<Tensor> in = List.of(ids, mask, tokens(random, length, 1));
                List<Tensor> expected = ort.run(in);
                List<Tensor> actual = session.run(in.toArray(Tensor[]::new));
                assertEquals(expected.size(), actual.size());
                for (int i = 0; i < expected.size(); i++) {
                    assertEquals(expected.get(i).shape(), actual.get(i).shape());
                    double cosine = cosine(expected.get(i), actual.get(i));
                    assertTrue(cosine >= 0.9999, "length " + length + ": cosine " + cosine);
                }
            }
        }
    }

    private static Tensor tokens(Random random, int length, int bound) {
        Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of(1, length)));
        for (int i = 0; i < length; i++) {
            t.setInteger(i, random.nextInt(bound));
        }
        return t;
    }

    private static double cosine(Tensor a, Tensor b) {
        double dot = 0;
        double squareA = 0;
        double squareB = 0;
        for (int i = 0; i < a.elements(); i++) {
            dot += (double) a.real(i) * b.real(i);
            squareA += (double) a.real(i) * a.real(i);
            squareB += (double) b.real(i) * b.real(i);
        }
        return dot / Math.sqrt(squareA * squareB);
    }
}

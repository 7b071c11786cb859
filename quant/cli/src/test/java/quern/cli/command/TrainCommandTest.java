package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.formats.Limits;
import quern.formats.Models;
import quern.graph.Graph;
import quern.tensor.DType;
import quern.tensor.Tensor;

/** The commands that train, on the images of the repository. */
class TrainCommandTest {
    @TempDir Path folder;

    private List<String> words(String command, Path... files) {
        List<String> all = new ArrayList<>(List.of(command));
        Arrays.stream(files).map(Path::toString).forEach(all::add);
        all.addAll(
                List.of(
                        "--data",
                        Cli.IMAGES.toString(),
                        "--labels",
                        Cli.LABELS.toString(),
                        "--samples",
                        "192",
                        "--std",
                        "255",
                        "--batch",
                        "32"));
        return all;
    }

    private static Cli ok(List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return Cli.ok(all.toArray());
    }

    @Test
    void trainsQuantizesAndEvaluates() throws IOException {
        Path model = folder.resolve("float.qrn");
        Path log = folder.resolve("log.csv");
        ok(words("train", model), "--epochs", "3", "--log", log.toString());
        List<String> lines = Files.readAllLines(log);
        assertEquals("epoch,step,loss,accuracy,rate,seconds", lines.get(0));
        assertEquals(4, lines.size());
        assertTrue(lines.get(3).startsWith("3,18,"), lines.get(3));
        Path small = folder.resolve("w4a4.qrn");
        ok(
                words("qat", model, small),
                "--weight-bits",
                "4",
                "--activation-bits",
                "4",
                "--epochs",
                "1");
        Cli eval =
                Cli.ok(
                        "eval",
                        small,
                        "--data",
                        Cli.IMAGES,
                        "--labels",
                        Cli.LABELS,
                        "--samples",
                        192,
                        "--json");
        assertEquals("top1", eval.json().get("metric").asText());
        assertTrue(eval.json().get("value").asDouble() > 0.2, eval.out());
    }

    @Test
    void prunedWeightsStayZeroThroughTrainingAndQuantization() throws IOException {
        Path pruned = folder.resolve("pruned.qrn");
        ok(words("prune", Cli.FLOAT_MODEL, pruned), "--groups", "2:4", "--epochs", "1");
        Graph g = Models.read(pruned, Limits.standard(), Optional.empty());
        int filters = 0;
        for (Tensor w : g.constants().values()) {
            int last = w.shape().rank() - 1;
            if (last > 0 && w.dtype() == DType.F32 && w.shape().dim(last) % 4 == 0) {
                filters++;
                for (int i = 0; i < w.elements(); i += 4) {
                    int zeros = 0;
                    for (int k = i; k < i + 4; k++) {
                        zeros += w.real(k) == 0 ? 1 : 0;
                    }
                    assertTrue(zeros >= 2, "group " + i);
                }
            }
        }
        assertTrue(filters > 0);
        Path codes = folder.resolve("codes.qrn");
        ok(words("qat", pruned, codes), "--keep-zeros", "--epochs", "1");
        Graph q = Models.read(codes, Limits.standard(), Optional.empty());
        int compared = 0;
        for (Map.Entry<String, Tensor> e : q.constants().entrySet()) {
            Tensor real = g.constants().get(e.getKey());
            if (real != null && real.shape().rank() > 1) {
                for (int i = 0; i < real.elements(); i++) {
                    assertTrue(real.real(i) != 0 || e.getValue().code(i) == 0, e.getKey());
                }
                compared++;
            }
        }
        assertTrue(compared > 0);
        Cli bad = Cli.call(words("prune", Cli.FLOAT_MODEL, pruned, Path.of("x")).toArray());
        assertEquals(2, bad.exit());
    }

    @Test
    void configurationReproducesARun() throws IOException {
        Path config = folder.resolve("config.json");
        Files.writeString(config, "{\"epochs\": 1, \"seed\": 9, \"optimizer\": \"sgd\"}");
        Path a = folder.resolve("a.qrn");
        Path b = folder.resolve("b.qrn");
        ok(words("train", a), "--config", config.toString(), "--threads", "2");
        ok(words("train", b), "--epochs", "1", "--seed", "9", "--optimizer", "sgd");
        assertArrayEquals(Files.readAllBytes(a), Files.readAllBytes(b));
    }

    @Test
    void explodingLossKeepsTheLastGoodState() throws IOException {
        Path model = folder.resolve("m.qrn");
        Path kept = folder.resolve("kept.ckpt");
        ok(words("train", model), "--epochs", "1", "--checkpoint", kept.toString());
        byte[] before = Files.readAllBytes(kept);
        List<String> all = words("train", folder.resolve("n.qrn"));
        all.addAll(List.of("--epochs", "9", "--rate", "1e30", "--checkpoint", kept.toString()));
        Cli c = Cli.call(all.toArray());
        assertEquals(1, c.exit());
        assertTrue(c.err().contains("in step ") || c.err().contains("of step "), c.err());
        assertTrue(c.err().contains("last good state"), c.err());
        assertArrayEquals(before, Files.readAllBytes(kept));
    }

    @Test
    void refusesWhatItCannotTrain() {
        Cli optimizer = call("--optimizer", "magic");
        assertEquals(2, optimizer.exit());
        assertTrue(optimizer.err().contains("magic"), optimizer.err());
        Cli arch = call("--arch", "magic");
        assertEquals(2, arch.exit());
        Cli size = call("--size", "9,9,1");
        assertEquals(1, size.exit());
        Cli batch = call("--batch", "500");
        assertEquals(1, batch.exit());
        assertTrue(batch.err().contains("192 samples"), batch.err());
    }

    private Cli call(String... more) {
        List<String> all = words("train", folder.resolve("x.qrn"));
        if (Arrays.asList(more).contains("--batch")) {
            all = new ArrayList<>(all.subList(0, all.size() - 2));
        }
        all.addAll(List.of(more));
        return Cli.call(all.toArray());
    }

    @Test
    @Tag("long")
    void killedRunsEndWithTheWeightsOfAnUninterruptedOne() throws Exception {
        Path whole = folder.resolve("whole.qrn");
        ok(words("train", whole), "--epochs", "12");
        Path kept = folder.resolve("killed.ckpt");
        Path killed = folder.resolve("killed.qrn");
        List<String> java =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "quern.cli.Main"));
        java.addAll(words("train", killed));
        java.addAll(List.of("--epochs", "12", "--checkpoint", kept.toString()));
        Random random = new Random(4);
        for (int i = 0; i < 20 && !Files.exists(killed); i++) {
            Process p =
                    new ProcessBuilder(java)
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("out.txt").toFile())
                            .start();
            if (!p.waitFor(700 + random.nextInt(1200), TimeUnit.MILLISECONDS)) {
                p.destroyForcibly().waitFor();
            }
        }
        if (!Files.exists(killed)) {
            ok(words("train", killed), "--epochs", "12", "--checkpoint", kept.toString());
        }
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(killed));
    }
}

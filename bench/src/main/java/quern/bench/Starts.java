package quern.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import quern.formats.Models;
import quern.graph.Graph;

/** Starts whole processes that print their first result, in turn. */
final class Starts {
    private static final int ROUNDS = 9;
    private static final String MODEL = "mlperf_tiny/kws_dscnn_int8.tflite";

    /** Milliseconds of each start, and the process's peak memory. */
    private static final class Times {
        private final List<Double> millis = new ArrayList<>();
        private final List<Double> kilobytes = new ArrayList<>();
    }

    private Starts() {}

    /** Medians as a table of Markdown. */
    static String measure(Path models) throws IOException {
        Path model = models.resolve(MODEL);
        if (!Files.isRegularFile(model)) {
            return "Starts: there is no " + MODEL + " under " + models + ".\n";
        }
        Path onnx = Files.createTempFile("quern-start", ".onnx");
        try {
            Graph graph = Models.read(model);
            Models.write(graph, onnx);
            Path lib = Path.of(System.getProperty("quern.bench.lib", "bench/target/lib"));
            List<String> ours = command(jars(lib, "quern-ops", "quern-formats", "quern-runtime"));
            ours.add(QuernStart.class.getName());
            ours.add(model.toString());
            List<String> theirs = command(jars(lib, "onnxruntime"));
            theirs.add(OrtStart.class.getName());
            theirs.add(onnx.toString());
            Times a = new Times();
            Times b = new Times();
            for (int i = 0; i < ROUNDS; i++) {
                start(ours, a);
                start(theirs, b);
            }
            return table(a, b);
        } finally {
            Files.delete(onnx);
        }
    }

    private static String table(Times ours, Times theirs) {
        StringBuilder s = new StringBuilder();
        s.append("| whole process, kws int8 | Quern | ONNX Runtime | ours / theirs |\n");
        s.append("|---|--:|--:|--:|\n");
        row(s, "to the first result, ms", median(ours.millis), median(theirs.millis));
        row(s, "peak memory, MB", median(ours.kilobytes) / 1024, median(theirs.kilobytes) / 1024);
        return s.toString();
    }

    private static void row(StringBuilder s, String what, double ours, double theirs) {
        s.append(
                String.format(
                        Locale.ROOT,
                        "| %s | %.0f | %.0f | %.2f |%n",
                        what,
                        ours,
                        theirs,
                        ours / theirs));
    }

    private static double median(List<Double> all) {
        double[] sorted = all.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static List<String> jars(Path lib, String... names) throws IOException {
        List<String> all = new ArrayList<>();
        try (var files = Files.list(lib)) {
            for (Path p : files.sorted().toList()) {
                String file = p.getFileName().toString();
                if (Arrays.stream(names).anyMatch(n -> file.startsWith(n + "-"))) {
                    all.add(p.toString());
                }
            }
        }
        all.add(lib.resolveSibling("classes").toString());
        return all;
    }

    private static List<String> command(List<String> jars) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String path = String.join(System.getProperty("path.separator"), jars);
        return new ArrayList<>(List.of(java, "-cp", path));
    }

    private static void start(List<String> command, Times times) throws IOException {
        long begin = System.nanoTime();
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (p.waitFor() != 0) {
                throw new IOException("a start failed: " + printed);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        times.millis.add((System.nanoTime() - begin) / 1e6);
        String[] lines = printed.strip().split("\n");
        times.kilobytes.add(Double.parseDouble(lines[lines.length - 1]));
    }

    /** The peak memory of this process in kB, 0 where the system does not say. */
    static long peakMemory() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }
}

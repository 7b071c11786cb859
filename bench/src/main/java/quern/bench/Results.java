package quern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import quern.bench.DriverBenchmark.Type;
import quern.graph.Graph;
import quern.graph.GraphCost;

/**
 * Runs {@link DriverBenchmark} and writes its results, with machine, JVM and command, into a file:
 * between the two marks of this version of Java, or at the end. {@code main} takes the file, and
 * after it names of layers if not all shall be run.
 */
public final class Results {
    private Results() {}

    public static void main(String[] args) throws IOException, RunnerException {
        if (args.length == 0) {
            System.err.println(
                    "usage: java -cp benchmarks.jar quern.bench.Results FILE [LAYER...]");
            System.exit(2);
        }
        var options =
                new OptionsBuilder()
                        .include(DriverBenchmark.class.getName())
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.NORMAL);
        if (args.length > 1) {
            options.param("layer", Stream.of(args).skip(1).toArray(String[]::new));
        }
        Options all = options.build();
        Map<Layer, Map<Type, Double>> nanos = nanos(new Runner(all).run());
        int feature = Runtime.version().feature();
        Path file = Path.of(args[0]);
        Files.writeString(
                file,
                replaced(
                        Files.readString(file),
                        "results of Java " + feature,
                        section(nanos, args)));
    }

    /** A heading that names the JVM. */
    private static String title(String what) {
        return "### "
                + what
                + "Java "
                + System.getProperty("java.version")
                + ", "
                + System.getProperty("java.vm.name")
                + "\n\n";
    }

    /** Puts tables with machine, JVM and command between marks of their own into a file. */
    static void put(Path file, String what, String command, String tables) throws IOException {
        String section =
                title("Comparison, ") + machine() + ". Command: `" + command + "`.\n\n" + tables;
        String mark = what + " of Java " + Runtime.version().feature();
        Files.writeString(file, replaced(Files.readString(file), mark, section));
    }

    private static Map<Layer, Map<Type, Double>> nanos(Collection<RunResult> runs) {
        Map<Layer, Map<Type, Double>> nanos = new EnumMap<>(Layer.class);
        for (RunResult r : runs) {
            nanos.computeIfAbsent(
                            Layer.of(r.getParams().getParam("layer")),
                            l -> new EnumMap<>(Type.class))
                    .put(
                            Type.valueOf(r.getParams().getParam("type")),
                            r.getPrimaryResult().getScore());
        }
        return nanos;
    }

    private static String section(Map<Layer, Map<Type, Double>> nanos, String[] args)
            throws IOException {
        StringBuilder s = new StringBuilder();
        s.append(title("")).append(machine()).append(". One thread, no flags. Command: `java -cp ");
        s.append("bench/target/benchmarks.jar quern.bench.Results ");
        s.append(String.join(" ", args)).append("`.\n\n");
        s.append("| layer | float32, us | MAC/ns | int8, us | MAC/ns |\n|---|--:|--:|--:|--:|\n");
        nanos.forEach(
                (layer, times) -> {
                    s.append("| ").append(layer.label());
                    for (Type t : Type.values()) {
                        s.append(cells(macs(layer), times.getOrDefault(t, Double.NaN)));
                    }
                    s.append(" |\n");
                });
        return s.toString();
    }

    private static long macs(Layer layer) {
        Graph graph = layer.graph(false);
        return GraphCost.macs(graph, graph.nodes().get(0));
    }

    private static String cells(long macs, double nanos) {
        if (Double.isNaN(nanos)) {
            return " | | ";
        }
        String rate = macs == 0 ? "" : String.format(Locale.ROOT, "%.1f", macs / nanos);
        return String.format(Locale.ROOT, " | %.1f | %s", nanos / 1000, rate);
    }

    private static String machine() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        String model = System.getProperty("os.arch");
        if (Files.isReadable(info)) {
            try (Stream<String> lines = Files.lines(info)) {
                model =
                        lines.filter(l -> l.startsWith("model name"))
                                .map(l -> l.substring(l.indexOf(':') + 1).strip())
                                .findFirst()
                                .orElse(model);
            }
        }
        return model
                + ", "
                + Runtime.getRuntime().availableProcessors()
                + " processors, "
                + System.getProperty("os.name");
    }

    /** The text with a section in place of the one between these marks, or at the end. */
    static String replaced(String text, String mark, String section) {
        String begin = "<!-- " + mark + " -->\n";
        String end = "<!-- end of " + mark + " -->\n";
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        String marked = begin + section + end;
        return from < 0 || to < from
                ? text + "\n" + marked
                : text.substring(0, from) + marked + text.substring(to + end.length());
    }
}

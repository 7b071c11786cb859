package quern.cli.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import quern.cli.Progress;
import quern.cli.UserException;
import quern.cli.data.DataOptions;
import quern.cli.data.DataSet;
import quern.cli.data.Labels;
import quern.formats.Models;
import quern.graph.Graph;
import quern.graph.GraphCost;
import quern.quant.Quantizer;
import quern.runtime.Plan;
import quern.runtime.Session;
import quern.tensor.Tensor;

/** The whole story on data that comes with Quern: quantize a float network, run both, compare. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Quantizes a network that comes with Quern, runs both and compares them.")
public final class DemoCommand implements Callable<Integer> {
    private static final String MODEL = "models/fashion_cnn_float.qrn";
    private static final String CALIBRATION = "data/fashion-calibration-images-idx3-ubyte.gz";
    private static final String IMAGES = "data/fashion-test-images-idx3-ubyte.gz";
    private static final String LABELS = "data/fashion-test-labels-idx1-ubyte.gz";

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "where to keep the quantized model (default: fashion_cnn_int8.qrn in a temporary folder)")
    private Path output;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public DemoCommand() {}

    /** One column of the table. */
    private static final class Entry {
        private final Path file;
        private final Graph graph;
        private final Plan plan;
        private final int[] answers;
        private final long[] nanos;

        Entry(Path file, Graph graph, int samples) {
            this.file = file;
            this.graph = graph;
            this.plan = Plan.of(graph);
            this.answers = new int[samples];
            this.nanos = new long[samples];
        }
    }

    @Override
    public Integer call() throws IOException {
        Path home = home();
        Path floatFile = home.resolve(MODEL);
        Path int8File =
                output == null
                        ? Files.createTempDirectory("quern-demo").resolve("fashion_cnn_int8.qrn")
                        : output;
        PrintWriter out = spec.commandLine().getOut();
        Graph model = Models.read(floatFile);
        try (DataSet calibration =
                DataSet.open(home.resolve(CALIBRATION).toString(), new DataOptions(), model, 200)) {
            out.println(
                    "Quantizing "
                            + model.name()
                            + " with "
                            + calibration.size()
                            + " unlabelled images of clothes ...");
            Models.write(Quantizer.quantize(model, calibration.reals()), int8File);
        }
        int samples;
        int[] labels;
        Entry real;
        Entry codes;
        try (DataSet realData =
                DataSet.open(
                        home.resolve(IMAGES).toString(), new DataOptions(), model, DataSet.ALL)) {
            samples = realData.size();
            labels = labels(realData.labelled(Labels.read(home.resolve(LABELS).toString())));
            out.println(
                    "Running FP32 and INT8 on "
                            + samples
                            + " labelled images that neither has seen ...");
            out.println();
            real = new Entry(floatFile, model, samples);
            codes = new Entry(int8File, Models.read(int8File), samples);
            try (DataSet codeData =
                    DataSet.open(
                            home.resolve(IMAGES).toString(),
                            new DataOptions(),
                            codes.graph,
                            DataSet.ALL)) {
                run(real, realData, codes, codeData, samples);
            }
        }
        out.print(table(real, codes, labels));
        out.println();
        out.println("The quantized model is " + int8File);
        out.println(
                "Try next: quern inspect "
                        + int8File
                        + "   (then quantize a .tflite of your own: quern quantize --help)");
        return 0;
    }

    private static Path home() {
        String folder = System.getProperty("quern.demo", "");
        if (folder.isEmpty() || !Files.isReadable(Path.of(folder).resolve(MODEL))) {
            throw new UserException(
                    "the demo's model and images are not beside the command; copy the whole folder quern, or set -Dquern.demo=FOLDER to testdata");
        }
        return Path.of(folder);
    }

    private static int[] labels(DataSet data) {
        return IntStream.range(0, data.size()).map(i -> data.label(i).orElseThrow()).toArray();
    }

    private static int argmax(Tensor scores) {
        int best = 0;
        for (int i = 1; i < scores.elements(); i++) {
            boolean greater =
                    scores.type().isQuantized()
                            ? scores.code(i) > scores.code(best)
                            : scores.real(i) > scores.real(best);
            best = greater ? i : best;
        }
        return best;
    }

    private static void run(
            Entry real, DataSet realData, Entry codes, DataSet codeData, int samples)
            throws IOException {
        try (Session a = Session.open(real.plan);
                Session b = Session.open(codes.plan);
                Progress progress = new Progress("demo", samples)) {
            for (int i = 0; i < samples; i++) {
                once(real, a, realData.inputs(i), i);
                once(codes, b, codeData.inputs(i), i);
                progress.step();
            }
        }
    }

    private static void once(Entry entry, Session session, List<Tensor> inputs, int i) {
        long start = System.nanoTime();
        List<Tensor> outputs = session.run(inputs.toArray(Tensor[]::new));
        entry.nanos[i] = System.nanoTime() - start;
        entry.answers[i] = argmax(outputs.get(0));
    }

    private static String table(Entry real, Entry codes, int[] labels) throws IOException {
        GraphCost realCost = GraphCost.of(real.graph);
        GraphCost codeCost = GraphCost.of(codes.graph);
        return new Table()
                .row("", "FP32", "INT8", "INT8 / FP32")
                .row(
                        "file bytes",
                        size(real),
                        size(codes),
                        ratio(Files.size(codes.file), Files.size(real.file)))
                .row(
                        "top-1",
                        percent(share(real.answers, labels)),
                        percent(share(codes.answers, labels)),
                        "")
                .row("agreement with FP32", "", percent(share(codes.answers, real.answers)), "")
                .row(
                        "milliseconds an image",
                        millis(real),
                        millis(codes),
                        ratio(median(codes), median(real)))
                .row(
                        "arena bytes",
                        number(real.plan.arenaBytes()),
                        number(codes.plan.arenaBytes()),
                        ratio(codes.plan.arenaBytes(), real.plan.arenaBytes()))
                .row(
                        "MACs",
                        number(total(realCost)),
                        number(total(codeCost)),
                        ratio(total(codeCost), total(realCost)))
                .row(
                        "bytes moved (proxy for energy)",
                        number(realCost.bytesMoved()),
                        number(codeCost.bytesMoved()),
                        ratio(codeCost.bytesMoved(), realCost.bytesMoved()))
                .toString();
    }

    private static String size(Entry e) throws IOException {
        return number(Files.size(e.file));
    }

    private static long total(GraphCost cost) {
        return cost.macs().values().stream().mapToLong(Long::longValue).sum();
    }

    private static double share(int[] a, int[] b) {
        int same = 0;
        for (int i = 0; i < a.length; i++) {
            same += a[i] == b[i] ? 1 : 0;
        }
        return (double) same / a.length;
    }

    /** Of the second half of the runs: by then the JVM has compiled what matters. */
    private static double median(Entry e) {
        long[] sorted = Arrays.copyOfRange(e.nanos, e.nanos.length / 2, e.nanos.length);
        Arrays.sort(sorted);
        return sorted[sorted.length / 2] / 1e6;
    }

    private static String millis(Entry e) {
        return String.format("%.3f", median(e));
    }

    private static String number(long n) {
        return String.format("%,d", n);
    }

    private static String percent(double share) {
        return String.format("%.1f %%", 100 * share);
    }

    private static String ratio(double a, double b) {
        return String.format("%.2f", a / b);
    }
}

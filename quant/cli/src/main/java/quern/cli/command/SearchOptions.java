package quern.cli.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Option;
import quern.cli.UserException;
import quern.cli.data.DataOptions;
import quern.cli.data.DataSet;
import quern.cli.data.Labels;
import quern.cli.detection.Decoder;
import quern.cli.metric.Metric;
import quern.graph.Graph;
import quern.quant.QuantOptions;
import quern.quant.calibration.FirstSamples;
import quern.quant.search.Journal;
import quern.quant.search.PrecisionSearch;
import quern.quant.search.PrecisionSearch.Point;
import quern.rewrite.ShortNames;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.Tensor;

/** The options of a search for the precision of each layer, as a picocli mixin. */
final class SearchOptions {
    private static final double POINT = 0.01;
    private static final double CONFIDENT = 1.64;

    @Option(
            names = "--mixed",
            description =
                    "choose for each layer among weights of 4 bits, 8 bits and float, so that"
                            + " --metric loses no more than --max-drop")
    private boolean mixed;

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            description =
                    "with --mixed: top1, top5, agreement (with the float model), cosine, auc or map"
                            + " (default: agreement)")
    private String metric = "agreement";

    @Option(
            names = "--max-drop",
            paramLabel = "POINTS",
            description =
                    "with --mixed: points of 100 that the metric may lose, with 95 % confidence"
                            + " (default: 0.5)")
    private double maxDrop = 0.5;

    @Option(
            names = "--search-data",
            paramLabel = "DATA",
            description =
                    "with --mixed: what the metric is measured on (default: all of --calibrate);"
                            + " never the data that the result is judged by")
    private String spec;

    @Option(
            names = "--labels",
            paramLabel = "LABELS",
            description = "with --mixed: labels of that data as for eval, if it holds none")
    private String labels;

    @Option(
            names = "--label-column",
            paramLabel = "NAME|INDEX",
            description = "with --mixed: column of the CSV labels (default: the last)")
    private String labelColumn = "";

    @Option(
            names = "--decode",
            paramLabel = "FAMILY",
            description = "with --mixed and metric map: what the outputs mean, as for eval")
    private String decode = "";

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description =
                    "with --mixed: a file that keeps what was measured; a search that was stopped"
                            + " goes on from it")
    private Path journal;

    private double[] realScores;

    SearchOptions() {}

    boolean isAsked() {
        return mixed;
    }

    /**
     * The journal of a search.
     *
     * @param model its file
     * @param options of all trials
     * @param samples that calibrate
     */
    Journal journal(
            Path model, QuantOptions options, String calibration, Iterable<List<Tensor>> samples)
            throws IOException {
        if (journal == null) {
            return Journal.inMemory();
        }
        FirstSamples read = new FirstSamples(samples, 1);
        read.forEach(sample -> {});
        List<String> all =
                List.of(
                        sha256(Files.readAllBytes(model)),
                        options.describe(),
                        read.digest(),
                        metric,
                        spec == null ? calibration : spec,
                        decode,
                        String.valueOf(labels),
                        labelColumn);
        String text = String.join("\n", all);
        return new JournalFile(journal, sha256(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What was tried, and what each layer got. */
    void print(PrecisionSearch.Result result, double real, PrintWriter to) {
        to.printf(
                "%s: %.4f in float, at least %.4f chosen%n", metric, real, result.chosen().value());
        Table trials =
                new Table().row("bytes", "4-bit layers", "float layers", metric + " at least", "");
        for (Point p : result.tried()) {
            String mark = p.equals(result.chosen()) ? "chosen" : "";
            trials.row(
                    String.format("%,d", p.bytes()),
                    p.fourBit(),
                    p.inFloat(),
                    String.format("%.4f", p.value()),
                    mark.isEmpty() && result.front().contains(p) ? "Pareto front" : mark);
        }
        to.print(trials);
        Table layers = new Table().row("layer", "weights", "error of 4 bits, dB", "bits");
        for (PrecisionSearch.Layer l : result.layers()) {
            layers.row(
                    ShortNames.base(l.name()),
                    l.weights(),
                    String.format("%.1f", 10 * Math.log10(Math.max(l.error(), 1e-30))),
                    l.bits());
        }
        to.print(layers);
    }

    double mostLost() {
        if (!(maxDrop >= 0 && maxDrop <= 100)) {
            throw new UserException("--max-drop: " + maxDrop + " is not within 0 and 100 points");
        }
        return maxDrop * POINT;
    }

    /**
     * What the metric of a quantized model is on average, or with 95 % confidence at least: the
     * float model's value less the mean difference of the samples and 1.64 standard errors of it.
     * Of metrics that no single sample has, it is their value.
     */
    double measure(Graph graph, Graph real, String calibration, DataOptions data) {
        String from = spec == null ? calibration : spec;
        if (metric.equals("map")) {
            return map(graph, from, data);
        }
        if (realScores == null) {
            realScores = scores(real, real, from, data);
        }
        double[] scores = graph == real ? realScores : scores(graph, real, from, data);
        double mean = Arrays.stream(scores).average().orElse(0);
        if (scores.length < 2) {
            return mean;
        }
        double lost = 0;
        double squares = 0;
        for (int i = 0; i < scores.length; i++) {
            double d = realScores[i] - scores[i];
            lost += d / scores.length;
            squares += d * d / scores.length;
        }
        double variance = Math.max(0, squares - lost * lost) / (scores.length - 1);
        return mean - CONFIDENT * Math.sqrt(variance);
    }

    private double map(Graph graph, String from, DataOptions data) {
        if (labels == null) {
            throw new UserException(
                    "metric map needs --labels FOLDER, a folder of YOLO .txt files");
        }
        try {
            Decoder decoder = Decoder.parse(decode);
            double overlap = decoder.usualOverlap();
            return new Detections(graph, decoder, overlap, data, from, Path.of(labels))
                    .measure(PlanOptions.defaults())
                    .value();
        } catch (IllegalArgumentException e) {
            throw new UserException("--decode: " + e.getMessage(), e);
        }
    }

    /** The metric of each sample alone; of all together if it has no value for one. */
    private double[] scores(Graph graph, Graph real, String from, DataOptions data) {
        Metric all = metric();
        boolean each = !metric.equals("auc");
        try (DataSet samples = open(graph, from, data, all);
                DataSet realSamples = DataSet.open(from, data, real, DataSet.ALL);
                Session session = Session.open(graph, PlanOptions.defaults());
                Session second = Session.open(real, PlanOptions.defaults())) {
            double[] scores = new double[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                Metric one = each ? metric() : all;
                session.resetState();
                List<Tensor> inputs = samples.inputs(i);
                List<Tensor> outputs = session.run(inputs.toArray(Tensor[]::new));
                List<Tensor> beside = one.takesInputs() ? inputs : List.of();
                if (one.needsReference()) {
                    second.resetState();
                    beside = second.run(realSamples.inputs(i).toArray(Tensor[]::new));
                }
                OptionalInt label = one.needsLabels() ? samples.label(i) : OptionalInt.empty();
                one.add(outputs, label, beside);
                scores[i] = each ? one.value() : 0;
            }
            return each ? scores : new double[] {all.value()};
        }
    }

    private Metric metric() {
        try {
            return Metric.of(metric);
        } catch (IllegalArgumentException e) {
            throw new UserException("--metric: " + e.getMessage(), e);
        }
    }

    private DataSet open(Graph graph, String from, DataOptions data, Metric own) {
        DataSet set = DataSet.open(from, data, graph, DataSet.ALL);
        if (own.needsLabels() && labels != null) {
            set = set.labelled(Labels.read(labels, labelColumn));
        }
        if (own.needsLabels() && !set.hasLabels()) {
            throw new UserException(
                    "metric "
                            + metric
                            + " needs labels, and "
                            + from
                            + " holds none: give --labels");
        }
        return set;
    }
}

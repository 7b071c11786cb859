package quern.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import quern.cli.ModelFile;
import quern.cli.Progress;
import quern.cli.UserException;
import quern.cli.data.DataOptions;
import quern.cli.data.DataSet;
import quern.cli.data.Labels;
import quern.cli.detection.Decoder;
import quern.cli.detection.MeanAveragePrecision;
import quern.cli.metric.Metric;
import quern.graph.Graph;
import quern.runtime.Session;
import quern.tensor.Tensor;

/** Measures how good a model's answers are, alone or beside a reference model. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = "Measures a model on labelled data, or against a reference model.")
public final class EvalCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "a .qrn, .tflite or .onnx file")
    private Path model;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DATA",
            description = "samples of the model's input: [NAME=]PATH[,[NAME=]PATH...]")
    private String spec;

    @Option(
            names = "--labels",
            paramLabel = "LABELS",
            description =
                    "CSV file,...,label or IDX; for map a folder of YOLO .txt files; not needed where"
                            + " the data holds its labels")
    private String labels;

    @Option(
            names = "--label-column",
            paramLabel = "NAME|INDEX",
            description = "column of the CSV labels (default: the last)")
    private String labelColumn = "";

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            description = "top1, top5, agreement, cosine, auc or map (default: top1)")
    private String metric = "top1";

    @Option(
            names = "--reference",
            paramLabel = "MODEL2",
            description = "a model to compare with, usually the float one")
    private Path reference;

    @Option(
            names = "--decode",
            paramLabel = "FAMILY",
            description =
                    "what the outputs of a detector mean, for map: yolox, fastestdet, ssd, yolov8 or"
                            + " nanodet")
    private String decode = "";

    @Option(
            names = "--iou",
            paramLabel = "T",
            description =
                    "boxes that overlap a better one of their class more than T are dropped"
                            + " (default: 0.65 yolox, 0.45 fastestdet, 0.7 yolov8, 0.6 nanodet)")
    private Double iou;

    @Mixin private Rounding rounding;

    @Mixin private DataOptions data;

    @Mixin private Machine machine;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @Mixin private Signature signature;

    @CommandLine.Spec private CommandLine.Model.CommandSpec command;

    public EvalCommand() {}

    @Override
    public Integer call() throws IOException {
        if (metric.equals("map")) {
            return detect();
        }
        if (!decode.isEmpty() || iou != null) {
            throw new ParameterException(
                    command.commandLine(), "--decode and --iou belong to --metric map");
        }
        Metric own = metric();
        if (own.needsReference() && reference == null) {
            throw new ParameterException(
                    command.commandLine(), "metric " + metric + " needs --reference MODEL2");
        }
        Graph graph = ModelFile.read(model, rounding.mode(), signature.key()).simplified();
        Graph other = reference == null ? null : ModelFile.read(reference).simplified();
        try (DataSet samples = open(graph, own.needsLabels())) {
            if (other == null) {
                alone(graph, samples, own);
            } else {
                try (DataSet referenceSamples = open(other, own.needsLabels())) {
                    beside(graph, samples, own, other, referenceSamples);
                }
            }
        }
        return 0;
    }

    private int detect() throws IOException {
        Decoder decoder;
        try {
            decoder = Decoder.parse(decode);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--decode: " + e.getMessage(), e);
        }
        if (labels == null) {
            throw new ParameterException(
                    command.commandLine(),
                    "metric map needs --labels FOLDER, a folder of YOLO .txt files");
        }
        if (iou != null && !(iou > 0 && iou <= 1)) {
            throw new ParameterException(
                    command.commandLine(), "--iou: " + iou + " is not above 0 and at most 1");
        }
        double overlap = iou == null ? decoder.usualOverlap() : iou;
        Graph graph = ModelFile.read(model, rounding.mode(), signature.key()).simplified();
        Detections own = new Detections(graph, decoder, overlap, data, spec, Path.of(labels));
        MeanAveragePrecision value = own.measure(machine.options(command, false));
        Optional<MeanAveragePrecision> theirs = Optional.empty();
        if (reference != null) {
            Graph other = ModelFile.read(reference).simplified();
            Detections second =
                    new Detections(other, decoder, overlap, data, spec, Path.of(labels));
            theirs = Optional.of(second.measure(machine.options(command, false)));
        }
        print(value, theirs);
        return 0;
    }

    private void print(MeanAveragePrecision own, Optional<MeanAveragePrecision> theirs) {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            ObjectNode root = Json.object();
            root.put("metric", "map");
            root.put("value", own.value());
            root.put("map50", own.at50());
            root.put("samples", own.pictures());
            theirs.ifPresent(t -> root.put("reference", t.value()));
            out.println(root.toPrettyString());
            return;
        }
        out.printf(
                "mAP50-95 %.4f, mAP50 %.4f on %d pictures%n",
                own.value(), own.at50(), own.pictures());
        theirs.ifPresent(
                t -> out.printf("reference mAP50-95 %.4f, mAP50 %.4f%n", t.value(), t.at50()));
    }

    private Metric metric() {
        try {
            return Metric.of(metric);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--metric: " + e.getMessage(), e);
        }
    }

    private DataSet open(Graph graph, boolean needsLabels) {
        DataSet set = DataSet.open(spec, data, graph, DataSet.ALL);
        if (needsLabels && labels != null) {
            set = set.labelled(Labels.read(labels, labelColumn));
        }
        if (needsLabels && !set.hasLabels()) {
            throw new UserException(
                    "metric "
                            + metric
                            + " needs labels, and "
                            + spec
                            + " holds none: give --labels");
        }
        return set;
    }

    private void alone(Graph graph, DataSet samples, Metric own) {
        try (Session session = Session.open(graph, machine.options(command, false));
                Progress progress = new Progress("eval", samples.size())) {
            for (int i = 0; i < samples.size(); i++) {
                List<Tensor> inputs = own.takesInputs() ? samples.inputs(i) : List.of();
                own.add(run(session, samples, i), label(samples, i, own), inputs);
                progress.step();
            }
        }
        print(own, null, null);
    }

    private void beside(
            Graph graph, DataSet samples, Metric own, Graph otherGraph, DataSet otherSamples) {
        Metric theirs = own.needsReference() ? null : metric();
        Metric agreement = Metric.of("agreement");
        try (Session session = Session.open(graph, machine.options(command, false));
                Session second = Session.open(otherGraph, machine.options(command, false));
                Progress progress = new Progress("eval", samples.size())) {
            for (int i = 0; i < samples.size(); i++) {
                List<Tensor> a = run(session, samples, i);
                List<Tensor> b = run(second, otherSamples, i);
                boolean inputs = own.takesInputs();
                own.add(a, label(samples, i, own), inputs ? samples.inputs(i) : b);
                if (theirs != null) {
                    List<Tensor> other = inputs ? otherSamples.inputs(i) : List.of();
                    theirs.add(b, label(otherSamples, i, theirs), other);
                    agreement.add(a, OptionalInt.empty(), b);
                }
                progress.step();
            }
        }
        print(own, theirs, theirs == null ? null : agreement);
    }

    private static List<Tensor> run(Session session, DataSet samples, int i) {
        session.resetState();
        return session.run(samples.inputs(i).toArray(Tensor[]::new));
    }

    private static OptionalInt label(DataSet samples, int i, Metric metric) {
        return metric.needsLabels() ? samples.label(i) : OptionalInt.empty();
    }

    private void print(Metric own, Metric theirs, Metric agreement) {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            ObjectNode root = Json.object();
            root.put("metric", own.name());
            root.put("value", own.value());
            root.put("samples", own.samples());
            if (theirs != null) {
                root.put("reference", theirs.value());
                root.put("agreement", agreement.value());
            }
            out.println(root.toPrettyString());
            return;
        }
        out.printf("%s %.4f on %d samples%n", own.name(), own.value(), own.samples());
        if (theirs != null) {
            out.printf(
                    "reference %s %.4f, agreement %.4f%n",
                    theirs.name(), theirs.value(), agreement.value());
        }
    }
}

package quern.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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
import quern.cli.metric.Metric;
import quern.graph.Graph;
import quern.runtime.Plan;
import quern.runtime.Session;
import quern.tensor.Tensor;

/** Measures how good a model's answers are, alone or beside a reference model. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = "Measures a model on labelled data, or against a reference model.")
public final class EvalCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "a .qrn or .tflite file")
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
            description = "CSV file,...,label or IDX; not needed where the data holds its labels")
    private String labels;

    @Option(
            names = "--label-column",
            paramLabel = "NAME|INDEX",
            description = "column of the CSV labels (default: the last)")
    private String labelColumn = "";

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            description = "top1, top5, agreement or cosine (default: top1)")
    private String metric = "top1";

    @Option(
            names = "--reference",
            paramLabel = "MODEL2",
            description = "a model to compare with, usually the float one")
    private Path reference;

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
        try (Session session = Session.open(Plan.of(graph, machine.options(command, false)));
                Progress progress = new Progress("eval", samples.size())) {
            for (int i = 0; i < samples.size(); i++) {
                own.add(run(session, samples, i), label(samples, i, own), List.of());
                progress.step();
            }
        }
        print(own, null, null);
    }

    private void beside(
            Graph graph, DataSet samples, Metric own, Graph other, DataSet otherSamples) {
        Metric theirs = own.needsReference() ? null : metric();
        Metric agreement = Metric.of("agreement");
        try (Session session = Session.open(Plan.of(graph, machine.options(command, false)));
                Session second = Session.open(Plan.of(other, machine.options(command, false)));
                Progress progress = new Progress("eval", samples.size())) {
            for (int i = 0; i < samples.size(); i++) {
                List<Tensor> a = run(session, samples, i);
                List<Tensor> b = run(second, otherSamples, i);
                own.add(a, label(samples, i, own), b);
                if (theirs != null) {
                    theirs.add(b, label(otherSamples, i, theirs), List.of());
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

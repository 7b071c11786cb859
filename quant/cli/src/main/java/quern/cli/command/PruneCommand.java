package quern.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import quern.cli.ModelFile;
import quern.cli.data.DataOptions;
import quern.cli.data.DataSet;
import quern.cli.data.Labels;
import quern.cli.training.LoadedSamples;
import quern.cli.training.Run;
import quern.cli.training.RunOptions;
import quern.formats.Models;
import quern.graph.Graph;
import quern.quant.prune.MaskedTraining;
import quern.quant.prune.Sparsity;
import quern.quant.train.FineTuning;
import quern.quant.train.TrainingOptions;

/** Makes small weights of a float model zero and trains the others on. */
@Command(
        name = "prune",
        mixinStandardHelpOptions = true,
        description = "Makes small weights of a float model zero and trains the others on.")
public final class PruneCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "a float .onnx, .tflite or .qrn file")
    private Path model;

    @Parameters(index = "1", paramLabel = "OUT", description = "the .qrn file to write")
    private Path out;

    @Option(names = "--data", required = true, paramLabel = "DATA", description = "samples")
    private String spec;

    @Option(
            names = "--labels",
            paramLabel = "LABELS",
            description = "CSV or IDX; not needed where the data holds its labels")
    private String labels;

    @Option(
            names = "--sparsity",
            paramLabel = "PART",
            description = "part of the weights that become zero (default: 0.5)")
    private double share = 0.5;

    @Option(names = "--global", description = "the smallest of all layers, not of each")
    private boolean global;

    @Option(
            names = "--groups",
            paramLabel = "N:M",
            description = "N of M neighbours stay, as 2:4, in place of --sparsity")
    private String groups = "";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "JSON whose keys are long option names")
    private Path config;

    @Mixin private RunOptions run;

    @Mixin private DataOptions data;

    @Mixin private Machine machine;

    @CommandLine.Spec private CommandLine.Model.CommandSpec command;

    public PruneCommand() {}

    @Override
    public Integer call() throws IOException {
        Sparsity sparsity = sparsity();
        TrainingOptions options = run.options(command, 1e-3f);
        Graph graph = ModelFile.read(model, Optional.empty(), Optional.empty()).simplified();
        LoadedSamples samples;
        try (DataSet all = DataSet.open(spec, data, graph, DataSet.ALL)) {
            samples = LoadedSamples.of(labels == null ? all : all.labelled(Labels.read(labels)));
        }
        FineTuning tuning = new FineTuning(graph, run.batch(), machine.options(command, false));
        try (MaskedTraining pruned = new MaskedTraining(tuning, sparsity)) {
            int classes = tuning.classes();
            Run.train(pruned, samples, classes, options, run, command.commandLine().getOut());
            Graph trained = pruned.export();
            Models.write(trained.withMetadata(data.metadata(trained.metadata())), out);
        }
        return 0;
    }

    private Sparsity sparsity() {
        try {
            if (groups.isEmpty()) {
                return new Sparsity.Magnitude(share, global);
            }
            String[] parts = groups.split(":", 2);
            return new Sparsity.Groups(
                    Integer.parseInt(parts[0]), Integer.parseInt(parts[parts.length - 1]));
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    command.commandLine(), "--groups takes two numbers, as 2:4, not " + groups, e);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}

package quern.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import quern.cli.data.DataOptions;
import quern.cli.data.DataSet;
import quern.cli.data.Labels;
import quern.cli.training.LoadedSamples;
import quern.cli.training.Run;
import quern.cli.training.RunOptions;
import quern.formats.Models;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.activation.Relu;
import quern.quant.train.Architecture;
import quern.quant.train.Trainable;
import quern.quant.train.TrainingOptions;
import quern.runtime.PlanOptions;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Trains a float network from its first weights. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Trains a float network that classifies images.")
public final class TrainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "OUT", description = "the .qrn file to write")
    private Path out;

    @Option(
            names = "--arch",
            paramLabel = "NAME",
            description = "cnn, resnet8, dscnn or mobilenet (default: cnn)")
    private String arch = "cnn";

    @Option(names = "--data", required = true, paramLabel = "DATA", description = "images")
    private String spec;

    @Option(
            names = "--labels",
            paramLabel = "LABELS",
            description = "CSV or IDX; not needed where the data holds its labels")
    private String labels;

    @Option(
            names = "--size",
            split = ",",
            paramLabel = "H,W,C",
            description = "height, width and channels of an image (default: 28,28,1)")
    private List<Integer> size = List.of(28, 28, 1);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "JSON whose keys are long option names")
    private Path config;

    @Mixin private RunOptions run;

    @Mixin private DataOptions data;

    @Mixin private Machine machine;

    @CommandLine.Spec private CommandLine.Model.CommandSpec command;

    public TrainCommand() {}

    @Override
    public Integer call() throws IOException {
        if (size.size() != 3 || size.stream().anyMatch(d -> d < 1)) {
            throw new ParameterException(
                    command.commandLine(), "--size takes height, width and channels");
        }
        Architecture architecture = architecture();
        Shape image = Shape.of(size.get(0), size.get(1), size.get(2));
        TrainingOptions options = run.options(command, 2e-3f);
        PlanOptions plan = machine.options(command, false);
        LoadedSamples samples = load(image);
        int classes = samples.classes();
        try (Trainable model =
                architecture.trainable(image, classes, run.batch(), plan, run.seed())) {
            Run.train(model, samples, classes, options, run, command.commandLine().getOut());
            Graph trained = model.export();
            Models.write(trained.withMetadata(data.metadata(trained.metadata())), out);
        }
        return 0;
    }

    private Architecture architecture() {
        try {
            return Architecture.parse(arch);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private LoadedSamples load(Shape image) {
        GraphBuilder b = new GraphBuilder("input");
        TensorType type = TensorType.f32(1, image.dim(0), image.dim(1), image.dim(2));
        b.output(b.add("output", new Relu(), b.input("input", type)));
        try (DataSet all = DataSet.open(spec, data, b.build(), DataSet.ALL)) {
            return LoadedSamples.of(labels == null ? all : all.labelled(Labels.read(labels)));
        }
    }
}

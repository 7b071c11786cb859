package quern.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
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
import quern.fixedpoint.RoundingMode;
import quern.formats.Models;
import quern.graph.Graph;
import quern.quant.QuantOptions;
import quern.quant.QuantizedModel;
import quern.quant.Quantizer;
import quern.quant.calibration.RangeMethod;
import quern.quant.prune.MaskedTraining;
import quern.quant.train.QatOptions;
import quern.quant.train.QatTraining;
import quern.quant.train.TrainingOptions;
import quern.runtime.PlanOptions;
import quern.tensor.Tensor;

/** Quantizes a float model and trains it as the integers it has become. */
@Command(
        name = "qat",
        mixinStandardHelpOptions = true,
        description = "Quantizes a float model by quantization-aware training.")
public final class QatCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "a float .onnx, .tflite or .qrn file; it is the teacher too")
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
            names = "--weight-bits",
            paramLabel = "2..8",
            description = "bits of a weight; 2 are ternary (default: ${DEFAULT-VALUE})")
    private int weightBits = 8;

    @Option(
            names = "--activation-bits",
            paramLabel = "2..8",
            description = "bits of activations between layers (default: ${DEFAULT-VALUE})")
    private int activationBits = 8;

    @Option(
            names = "--per-tensor",
            description = "one scale for each weight tensor, not for each output channel")
    private boolean perTensor;

    @Option(
            names = "--distillation",
            paramLabel = "PART",
            description = "how much of the loss is the teacher's (default: ${DEFAULT-VALUE})")
    private float distillation = 0.7f;

    @Option(names = "--keep-zeros", description = "weights that are zero stay so, as after prune")
    private boolean keepZeros;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "of the distillation (default: ${DEFAULT-VALUE})")
    private float temperature = 2;

    @Option(
            names = "--rounding",
            paramLabel = "MODE",
            description = "rounding mode: double, single, float-even (default: double)")
    private RoundingMode rounding = RoundingMode.DOUBLE;

    @Option(
            names = "--calibration-samples",
            paramLabel = "N",
            description = "from which the first ranges come (default: ${DEFAULT-VALUE})")
    private int calibrationSamples = 200;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "JSON whose keys are long option names")
    private Path config;

    @Mixin private RunOptions run;

    @Mixin private DataOptions data;

    @Mixin private Machine machine;

    @CommandLine.Spec private CommandLine.Model.CommandSpec command;

    public QatCommand() {}

    @Override
    public Integer call() throws IOException {
        TrainingOptions options = run.options(command, 1e-3f);
        QatOptions bits = bits();
        PlanOptions plan = machine.options(command, false);
        Graph graph = ModelFile.read(model, Optional.empty(), Optional.empty()).simplified();
        LoadedSamples samples;
        QuantizedModel quantized;
        try (DataSet all = DataSet.open(spec, data, graph, DataSet.ALL)) {
            samples = LoadedSamples.of(labels == null ? all : all.labelled(Labels.read(labels)));
            quantized = Quantizer.convert(graph, calibration(all), form());
        }
        try (QatTraining training = new QatTraining(quantized, bits, plan)) {
            Run.train(
                    keepZeros ? MaskedTraining.keepingZeros(training) : training,
                    samples,
                    training.classes(),
                    options,
                    run,
                    command.commandLine().getOut());
            Graph trained = training.export();
            Models.write(trained.withMetadata(data.metadata(trained.metadata())), out);
        }
        return 0;
    }

    private QatOptions bits() {
        try {
            return new QatOptions(
                    weightBits, activationBits, run.batch(), distillation, temperature);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private QuantOptions form() {
        return QuantOptions.PLAIN.toBuilder()
                .ranges(new RangeMethod.MeanSquared())
                .perChannel(!perTensor)
                .rounding(rounding)
                .build();
    }

    private List<List<Tensor>> calibration(DataSet all) {
        int n = Math.max(1, Math.min(calibrationSamples, all.size()));
        List<List<Tensor>> chosen = new ArrayList<>();
        IntStream.range(0, n)
                .map(i -> (int) ((long) i * all.size() / n))
                .forEach(i -> chosen.add(all.reals(i)));
        return chosen;
    }
}

package quern.cli.training;

import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import quern.quant.train.Augmentation;
import quern.quant.train.Optimizer;
import quern.quant.train.Schedule;
import quern.quant.train.TrainingOptions;

/** Options of every command that trains. */
public final class RunOptions {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "passes over the data (default: ${DEFAULT-VALUE})")
    private int epochs = 5;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "samples of a step (default: ${DEFAULT-VALUE})")
    private int batch = 64;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "the full learning rate (default: 0.002 train, 0.001 qat)")
    private Float rate;

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            description = "sgd (momentum 0.9), adam or adamw (default: ${DEFAULT-VALUE})")
    private String optimizer = "adamw";

    @Option(
            names = "--weight-decay",
            paramLabel = "D",
            description = "of weights, not of biases (default: ${DEFAULT-VALUE})")
    private float decay = 1e-4f;

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            description = "cosine, step or constant (default: ${DEFAULT-VALUE})")
    private String schedule = "cosine";

    @Option(
            names = "--warmup",
            paramLabel = "STEPS",
            description = "steps in which the rate rises (default: ${DEFAULT-VALUE})")
    private long warmup = 100;

    @Option(
            names = "--smoothing",
            paramLabel = "S",
            description = "label smoothing, 0 to below 1 (default: ${DEFAULT-VALUE})")
    private float smoothing;

    @Option(names = "--flip", description = "mirror every other image")
    private boolean flip;

    @Option(
            names = "--shift",
            paramLabel = "PIXELS",
            description = "move images by up to so many pixels (default: ${DEFAULT-VALUE})")
    private int shift;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "of everything random (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(
            names = "--patience",
            paramLabel = "EPOCHS",
            description = "stop after so many epochs without a lower loss (default: never)")
    private int patience;

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "CSV with a line an epoch: epoch,step,loss,accuracy,rate,seconds")
    private Path log;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "written after each epoch; if it is there, the run goes on from it")
    private Path checkpoint;

    public RunOptions() {}

    public int batch() {
        return batch;
    }

    public long seed() {
        return seed;
    }

    Path log() {
        return log;
    }

    Path checkpoint() {
        return checkpoint;
    }

    /** How the run goes. */
    public TrainingOptions options(CommandSpec spec, float usualRate) {
        try {
            return new TrainingOptions(
                    epochs,
                    batch,
                    rate == null ? usualRate : rate,
                    optimizer(),
                    new Schedule(Schedule.Kind.parse(schedule), warmup),
                    smoothing,
                    new Augmentation(flip, shift),
                    seed,
                    patience);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Optimizer optimizer() {
        return switch (optimizer.toLowerCase(Locale.ROOT)) {
            case "sgd" -> new Optimizer.Sgd(0.9f, decay);
            case "adam" -> Optimizer.Adam.usual(decay, false);
            case "adamw" -> Optimizer.Adam.usual(decay, true);
            default ->
                    throw new IllegalArgumentException(
                            "there is no optimizer " + optimizer + "; use sgd, adam or adamw");
        };
    }
}

package quern.cli.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import quern.cli.Progress;
import quern.cli.UserException;
import quern.formats.AtomicFile;
import quern.quant.train.Checkpoint;
import quern.quant.train.Samples;
import quern.quant.train.Trainable;
import quern.quant.train.Trainer;
import quern.quant.train.TrainingException;
import quern.quant.train.TrainingOptions;

/** One run of a trainer: progress, log and checkpoints. */
public final class Run implements Trainer.Listener, AutoCloseable {
    private static final String HEADER = "epoch,step,loss,accuracy,rate,seconds";

    private final RunOptions files;
    private final PrintWriter out;
    private final Progress progress;
    private final List<String> lines = new ArrayList<>();
    private long start;

    private Run(RunOptions files, PrintWriter out, long steps) {
        this.files = files;
        this.out = out;
        this.progress = new Progress("train", steps);
    }

    /** Trains from the checkpoint, if there is one, to the end. */
    public static void train(
            Trainable model,
            Samples samples,
            int classes,
            TrainingOptions options,
            RunOptions files,
            PrintWriter out)
            throws IOException {
        try {
            Trainer trainer = new Trainer(model, samples, classes, options);
            long steps = trainer.stepsPerEpoch() * options.epochs();
            try (Run run = new Run(files, out, steps)) {
                run.resume(trainer);
                run.start = System.nanoTime();
                trainer.run(run);
            }
        } catch (TrainingException e) {
            Path kept = files.checkpoint();
            boolean saved = kept != null && Files.exists(kept);
            throw new UserException(
                    e.getMessage() + (saved ? "; the last good state is in " + kept : ""), e);
        }
    }

    private void resume(Trainer trainer) throws IOException {
        Path log = files.log();
        lines.add(HEADER);
        Path from = files.checkpoint();
        if (from == null || !Files.exists(from)) {
            return;
        }
        try (InputStream in = Files.newInputStream(from)) {
            trainer.resume(Checkpoint.read(in, from.toString()));
        }
        out.printf("resumed from %s%n", from);
        if (log != null && Files.exists(log)) {
            List<String> before = Files.readAllLines(log);
            lines.addAll(before.subList(Math.min(1, before.size()), before.size()));
        }
    }

    @Override
    public void step(long step, long total, float loss) {
        progress.step();
    }

    @Override
    public boolean epoch(Trainer.Epoch e, Checkpoint checkpoint) throws IOException {
        double seconds = (System.nanoTime() - start) / 1e9;
        lines.removeIf(l -> l.startsWith(e.epoch() + ","));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%d,%d,%.6f,%.4f,%s,%.1f",
                        e.epoch(),
                        e.step(),
                        e.loss(),
                        e.accuracy(),
                        e.rate(),
                        seconds));
        if (files.log() != null) {
            byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(files.log(), o -> o.write(text));
        }
        if (files.checkpoint() != null) {
            AtomicFile.write(files.checkpoint(), checkpoint::write);
        }
        out.printf(
                Locale.ROOT,
                "epoch %d: loss %.4f, accuracy %.4f, %.1f s%n",
                e.epoch(),
                e.loss(),
                e.accuracy(),
                seconds);
        out.flush();
        return true;
    }

    @Override
    public void close() {
        progress.close();
    }
}

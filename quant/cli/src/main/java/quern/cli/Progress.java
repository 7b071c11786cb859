package quern.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A progress bar on stderr that appears only when the work takes over two seconds and stderr is a
 * terminal.
 *
 * <p>The launcher tells by the system property {@code quern.terminal} whether it is.
 */
public final class Progress implements AutoCloseable {
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    private final String task;
    private final long total;
    private final boolean terminal = Boolean.getBoolean("quern.terminal");
    private final long start = System.nanoTime();
    private long done;
    private ProgressBar bar;

    /**
     * @param task what is done, a few words
     * @param total number of steps
     */
    public Progress(String task, long total) {
        this.task = task;
        this.total = total;
    }

    /** One more step is done. */
    public void step() {
        done++;
        if (bar == null && terminal && System.nanoTime() - start > PATIENCE_NANOS) {
            bar =
                    new ProgressBarBuilder()
                            .setTaskName(task)
                            .setInitialMax(total)
                            .setStyle(ProgressBarStyle.ASCII)
                            .setMaxRenderedLength(100)
                            .build();
        }
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}

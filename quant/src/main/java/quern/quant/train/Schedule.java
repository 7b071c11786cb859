package quern.quant.train;

import java.util.Locale;

/**
 * The learning rate over a run: it rises linearly for the first steps and then stays, falls as half
 * a cosine to zero, or is taken times 0.1 after 1/2 and 3/4 of the run.
 *
 * @param kind what comes after the rise
 * @param warmup steps of the rise
 */
public record Schedule(Kind kind, long warmup) {
    /** What comes after the rise. */
    public enum Kind {
        CONSTANT,
        COSINE,
        STEP;

        /** The kind of this name, in any case. */
        public static Kind parse(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * The part of the full rate at a step.
     *
     * @param step counted from 0
     * @param total steps of the run
     */
    public float at(long step, long total) {
        if (step < warmup) {
            return (step + 1f) / warmup;
        }
        double done = total <= warmup ? 0 : (double) (step - warmup) / (total - warmup);
        return switch (kind) {
            case CONSTANT -> 1;
            case COSINE -> (float) (0.5 * (1 + StrictMath.cos(Math.PI * done)));
            case STEP -> done < 0.5 ? 1 : done < 0.75 ? 0.1f : 0.01f;
        };
    }
}

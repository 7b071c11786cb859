package quern.reference;

import quern.tensor.Shape;

/**
 * Where the steps of a sequence stand: [batch, time, features], or [time, batch, features] if it is
 * time-major, or [batch, features] for one step.
 *
 * @param batch number of sequences
 * @param time number of steps
 * @param timeMajor the steps of one time stand next to each other
 */
public record RecurrentSteps(int batch, int time, boolean timeMajor) {
    /** The steps of a sequence of static shape. */
    public static RecurrentSteps of(Shape x, boolean timeMajor) {
        if (x.rank() == 2) {
            return new RecurrentSteps(x.dim(0), 1, true);
        }
        return new RecurrentSteps(x.dim(timeMajor ? 1 : 0), x.dim(timeMajor ? 0 : 1), timeMajor);
    }

    /** The row of a sequence's step. */
    public int row(int b, int t) {
        return timeMajor ? t * batch + b : b * time + t;
    }
}

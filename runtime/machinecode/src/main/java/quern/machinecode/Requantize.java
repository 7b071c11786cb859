package quern.machinecode;

import quern.fixedpoint.RoundingMode;
import quern.runtime.micro.Factors;
import quern.runtime.micro.Walk;

/** Accumulators of pixels to codes. */
interface Requantize {
    /** Whether there is code for a mode. */
    boolean has(RoundingMode mode);

    /** As {@link quern.runtime.micro.Microkernels#codes}, for at least one channel. */
    void run(
            int[] acc,
            int width,
            Factors factors,
            int channel,
            Walk walk,
            int first,
            int count,
            byte[] y,
            int yOffset,
            int n);
}

package quern.runtime.kernel;

import java.util.Arrays;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Factors;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.Walk;
import quern.tensor.DType.Storage;

/**
 * Rows of int32 accumulators, one a pixel, from the bias to what is stored: codes, or the
 * accumulators themselves.
 */
final class CodeRows {
    /** Rows of accumulators that are in use: those of a block, one pixel's. */
    private static final int ALL = 0;

    private static final int ONE = 1;

    private final Microkernels micro;
    private final Requantization output;
    private final Factors factors;
    private final int[] bias;
    private final Operand y;
    private final Walk walk;

    /**
     * @param bias one an output channel
     * @param walk where the pixels of a block are written
     * @param width the most channels that are made at one time
     */
    CodeRows(Preparation p, Requantization output, int[] bias, Walk walk, int width) {
        this.micro = p.micro();
        this.output = output;
        this.factors = output.factors().orElse(null);
        this.bias = bias;
        this.y = p.output();
        this.walk = walk;
        p.workspace()
                .accumulators(Storage.INT, Math.multiplyExact(walk.from().length, width), width);
    }

    /** The accumulators of a block, one pixel after the other. */
    int[] accumulators(Arena arena, int part) {
        return arena.intRows(part)[ALL];
    }

    /** Sets the accumulators of channels {@code start} to {@code start + n - 1} to the bias. */
    void begin(int[] acc, int pixels, int width, int start, int n) {
        for (int i = 0; i < pixels; i++) {
            System.arraycopy(bias, start, acc, i * width, n);
            Arrays.fill(acc, i * width + n, (i + 1) * width, 0);
        }
    }

    /** Stores channels {@code start} to {@code start + n - 1} of the pixels of a block. */
    void end(Arena arena, int part, int pixels, int width, int start, int n, int to) {
        int[] acc = accumulators(arena, part);
        if (factors != null) {
            micro.codes(acc, width, factors, start, walk, 0, pixels, y.bytes(arena), to + start, n);
            return;
        }
        int[] row = arena.intRows(part)[ONE];
        for (int i = 0; i < pixels; i++) {
            int at = to + start + walk.to()[i];
            if (output.isSums()) {
                System.arraycopy(acc, i * width, y.ints(arena), at, n);
            } else {
                System.arraycopy(acc, i * width, row, 0, n);
                output.run(row, n, start, y.bytes(arena), at);
            }
        }
    }
}

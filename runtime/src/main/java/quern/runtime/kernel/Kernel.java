package quern.runtime.kernel;

import quern.runtime.arena.Arena;

/**
 * One step of a plan: everything that can be settled before the first run is settled. Immutable;
 * run by any number of sessions at one time, each with its own arena.
 */
public interface Kernel {
    /** What it is called in a printed plan, such as {@code convS8S8S8}. */
    String name();

    /** The most parts into which a run can be split; 1 if it cannot be split. */
    default int pieces() {
        return 1;
    }

    /** Elementary steps of a run, such as multiplications: whether splitting it pays. */
    default long work() {
        return 0;
    }

    /** Bytes of the weights that it holds in a form of its own. */
    default long packedBytes() {
        return 0;
    }

    /**
     * Computes part {@code part} of the outputs. All parts together compute every output element,
     * each once, and with the same bits for any number of parts. Allocates nothing, unless it is
     * the reference kernel.
     *
     * @param arena where inputs, outputs and scratch lie
     * @param part 0 to {@code parts} - 1
     * @param parts 1 to {@link #pieces()}
     */
    void run(Arena arena, int part, int parts);
}

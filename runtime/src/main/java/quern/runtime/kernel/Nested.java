package quern.runtime.kernel;

import java.util.List;
import quern.runtime.arena.Arena;

/**
 * A graph inside of an operator, planned: its kernels run in an arena of their own that lies in the
 * outer one. Immutable.
 *
 * @param arena which of the outer arena's inner ones it is
 * @param inputs where the inner arena takes the graph's inputs
 * @param outputs where it has the outputs after a run
 * @param kernels in their order
 */
public record Nested(int arena, List<Operand> inputs, List<Operand> outputs, List<Kernel> kernels) {
    public Nested {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        kernels = List.copyOf(kernels);
    }

    /** Runs every kernel in the inner arena {@code inner}. */
    void run(Arena inner) {
        for (int i = 0; i < kernels.size(); i++) {
            kernels.get(i).run(inner, 0, 1);
        }
    }
}

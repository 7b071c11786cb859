package quern.runtime.kernel;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import quern.runtime.arena.Arena;

/**
 * Repeats a graph. The variables lie in the outputs between two repetitions; those that the body
 * passes on unchanged go into the inner arenas once.
 */
final class LoopKernel implements Kernel {
    private final String node;
    private final List<Operand> inputs;
    private final List<Operand> variables;
    private final Nested cond;
    private final boolean[] condReads;
    private final Nested body;
    private final boolean[] bodyReads;
    private final boolean[] unchanged;

    LoopKernel(
            Preparation p,
            Nested cond,
            boolean[] condReads,
            Nested body,
            boolean[] bodyReads,
            Set<Integer> unchanged) {
        this.node = p.node().name();
        this.inputs = p.operands();
        this.variables = p.outputs();
        this.cond = cond;
        this.condReads = condReads;
        this.body = body;
        this.bodyReads = bodyReads;
        this.unchanged = new boolean[bodyReads.length];
        unchanged.forEach(i -> this.unchanged[i] = true);
    }

    @Override
    public String name() {
        return "loop";
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        Arena inCond = arena.inner(cond.arena());
        Arena inBody = arena.inner(body.arena());
        for (int i = 0; i < variables.size(); i++) {
            ControlKernels.copy(inputs.get(i), arena, variables.get(i), arena);
        }
        for (boolean first = true; ; first = false) {
            enter(arena, cond, inCond, condReads, first);
            cond.run(inCond);
            if (!ControlKernels.isTrue(cond.outputs().get(0), inCond)) {
                return;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("loop " + node + " was interrupted");
            }
            enter(arena, body, inBody, bodyReads, first);
            body.run(inBody);
            for (int i = 0; i < variables.size(); i++) {
                if (!unchanged[i]) {
                    ControlKernels.copy(body.outputs().get(i), inBody, variables.get(i), arena);
                }
            }
        }
    }

    private void enter(Arena arena, Nested graph, Arena inner, boolean[] reads, boolean first) {
        for (int i = 0; i < reads.length; i++) {
            if (reads[i] && (first || !unchanged[i])) {
                ControlKernels.copy(variables.get(i), arena, graph.inputs().get(i), inner);
            }
        }
    }
}

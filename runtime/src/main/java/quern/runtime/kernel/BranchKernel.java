package quern.runtime.kernel;

import java.util.List;
import quern.runtime.arena.Arena;

/** Runs one of two graphs. */
final class BranchKernel implements Kernel {
    private final List<Operand> inputs;
    private final List<Operand> outputs;
    private final Nested yes;
    private final Nested no;

    BranchKernel(Preparation p, Nested yes, Nested no) {
        this.inputs = p.operands();
        this.outputs = p.outputs();
        this.yes = yes;
        this.no = no;
    }

    @Override
    public String name() {
        return "branch";
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        Nested chosen = ControlKernels.isTrue(inputs.get(0), arena) ? yes : no;
        Arena inner = arena.inner(chosen.arena());
        for (int i = 1; i < inputs.size(); i++) {
            ControlKernels.copy(inputs.get(i), arena, chosen.inputs().get(i - 1), inner);
        }
        chosen.run(inner);
        for (int i = 0; i < outputs.size(); i++) {
            ControlKernels.copy(chosen.outputs().get(i), inner, outputs.get(i), arena);
        }
    }
}

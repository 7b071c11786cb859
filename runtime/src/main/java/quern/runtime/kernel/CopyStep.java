package quern.runtime.kernel;

import quern.runtime.arena.Arena;
import quern.tensor.Tensor;

/** Copies all elements of one tensor to another of the same type: state from run to run. */
public final class CopyStep implements Kernel {
    private final Operand from;
    private final Operand to;
    private final int slots;

    public CopyStep(Operand from, Operand to) {
        this.from = from;
        this.to = to;
        this.slots = Tensor.slots(to.type().dtype(), to.elements());
    }

    @Override
    public String name() {
        return "copy";
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        System.arraycopy(
                from.array(arena), from.offset(arena), to.array(arena), to.offset(arena), slots);
    }
}

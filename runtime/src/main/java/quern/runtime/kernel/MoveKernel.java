package quern.runtime.kernel;

import java.util.Optional;
import quern.runtime.arena.Arena;
import quern.tensor.DType.Storage;

/** Moves elements without changing them: boxes of the inputs become boxes of the output. */
final class MoveKernel implements Kernel {
    private final String name;
    private final Operand[] inputs;
    private final StridedCopy[] copies;
    private final Operand y;
    private final Optional<Operand> fill;

    /**
     * @param inputs one for each of the copies
     * @param fill the element that stands where no copy puts one; none if they put one everywhere
     */
    MoveKernel(
            String name,
            Operand[] inputs,
            StridedCopy[] copies,
            Operand y,
            Optional<Operand> fill) {
        this.name = name + y.type().dtype();
        this.inputs = inputs;
        this.copies = copies;
        this.y = y;
        this.fill = fill;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        Storage storage = y.type().dtype().storage();
        Object to = y.array(arena);
        int offset = y.offset(arena);
        if (fill.isPresent()) {
            Operand value = fill.get();
            Elements.fill(
                    storage, value.array(arena), value.offset(arena), to, offset, y.elements());
        }
        for (int i = 0; i < inputs.length; i++) {
            Operand x = inputs[i];
            copies[i].run(storage, x.array(arena), x.offset(arena), to, offset);
        }
    }
}

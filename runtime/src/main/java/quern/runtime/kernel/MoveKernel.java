package quern.runtime.kernel;

import java.util.Arrays;
import quern.runtime.arena.Arena;
import quern.tensor.DType.Storage;

/** Moves elements without changing them: each input is one box of the output. */
final class MoveKernel implements Kernel {
    private final String name;
    private final Operand[] inputs;
    private final StridedCopy[] copies;
    private final Operand y;
    private final Fill fill;

    /** Writes what no input covers, before the inputs are moved. */
    @FunctionalInterface
    interface Fill {
        /** Everything is covered. */
        Fill NOTHING = (array, from, to) -> {};

        void run(Object array, int from, int to);

        static Fill with(byte code) {
            return (array, from, to) -> Arrays.fill((byte[]) array, from, to, code);
        }

        static Fill with(float real) {
            return (array, from, to) -> Arrays.fill((float[]) array, from, to, real);
        }
    }

    MoveKernel(String name, Operand[] inputs, StridedCopy[] copies, Operand y, Fill fill) {
        this.name = name;
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
        fill.run(to, offset, offset + y.elements());
        for (int i = 0; i < inputs.length; i++) {
            Operand x = inputs[i];
            copies[i].run(storage, x.array(arena), x.offset(arena), to, offset);
        }
    }
}

package quern.runtime.kernel;

import java.util.Arrays;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType;
import quern.tensor.DType.Storage;

/**
 * What windows over real numbers see of an image: float32 numbers where they are, or a copy with
 * zeros for the padding; 8-bit codes always as a copy, whole numbers without their zero point.
 */
final class StagedReals implements Blocks.Stage {
    private final Microkernels micro;
    private final Operand x;
    private final Codes codes;
    private final boolean copied;
    private final Scratch copy;

    private StagedReals(Preparation p, Codes codes, Blocks blocks) {
        this.micro = p.micro();
        this.x = p.input(0);
        this.codes = codes;
        this.copied = blocks.staged();
        this.copy = p.workspace().scratch(Storage.FLOAT, blocks.stagedElements());
    }

    static StagedReals of(Preparation p, Blocks blocks) {
        boolean real = p.type(0).dtype() == DType.F32;
        return new StagedReals(p, real ? null : Codes.of(p.type(0)), blocks);
    }

    /** The array that windows read. */
    float[] floats(Arena arena) {
        return copied ? arena.floats() : x.floats(arena);
    }

    /** Where a block begins in it, if the image itself has the block from {@code from} on. */
    int offset(Arena arena, int part, int from) {
        return copied ? copy.offset(arena, part) : from;
    }

    @Override
    public void copy(Arena arena, int part, int from, int to, int n) {
        int first = x.offset(arena) + from;
        int target = copy.offset(arena, part) + to;
        if (codes == null) {
            System.arraycopy(x.floats(arena), first, arena.floats(), target, n);
        } else {
            micro.widenS8F32(
                    x.bytes(arena), first, codes.mask(), codes.zero(), arena.floats(), target, n);
        }
    }

    @Override
    public void pad(Arena arena, int part, int to, int n) {
        int at = copy.offset(arena, part) + to;
        Arrays.fill(arena.floats(), at, at + n, 0f);
    }
}

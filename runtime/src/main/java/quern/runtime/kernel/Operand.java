package quern.runtime.kernel;

import quern.runtime.arena.Arena;
import quern.tensor.DType.Storage;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Where a kernel finds a tensor: in a buffer of the arena, or in a constant. Immutable. */
public final class Operand {
    private static final int CONSTANT = -1;
    private static final Object NO_ARRAY = new Object();

    private final TensorType type;
    private final int buffer;
    private final Object array;
    private final int offset;

    private Operand(TensorType type, int buffer, Object array, int offset) {
        this.type = type;
        this.buffer = buffer;
        this.array = array;
        this.offset = offset;
    }

    /** A tensor that fills buffer {@code buffer} of the arena from its beginning. */
    public static Operand inArena(TensorType type, int buffer) {
        return new Operand(type, buffer, NO_ARRAY, 0);
    }

    /** A constant, whose array is not copied. */
    public static Operand constant(Tensor tensor) {
        return new Operand(tensor.type(), CONSTANT, tensor.array(), tensor.offset());
    }

    public TensorType type() {
        return type;
    }

    /** Number of elements. */
    public int elements() {
        return type.shape().elements();
    }

    public boolean isConstant() {
        return buffer == CONSTANT;
    }

    /** The buffer of an operand that is not constant. */
    public int buffer() {
        if (isConstant()) {
            throw new IllegalArgumentException("a constant has no buffer");
        }
        return buffer;
    }

    /** The tensor of a constant operand. */
    public Tensor constant() {
        if (!isConstant()) {
            throw new IllegalArgumentException("the operand lies in the arena");
        }
        return Tensor.view(type, array, offset);
    }

    /** The same elements under another type of the same storage and size. */
    public Operand as(TensorType other) {
        return new Operand(other, buffer, array, offset);
    }

    /** Where the first element stands in the array. */
    public int offset(Arena arena) {
        return isConstant() ? offset : arena.offset(buffer);
    }

    public float[] floats(Arena arena) {
        return isConstant() ? (float[]) array : arena.floats();
    }

    public byte[] bytes(Arena arena) {
        return isConstant() ? (byte[]) array : arena.bytes();
    }

    public short[] shorts(Arena arena) {
        return isConstant() ? (short[]) array : (short[]) arena.slab(Storage.SHORT);
    }

    public int[] ints(Arena arena) {
        return isConstant() ? (int[]) array : arena.ints();
    }

    /** The array of any storage type. */
    public Object array(Arena arena) {
        return isConstant() ? array : arena.slab(type.dtype().storage());
    }

    /** The operand as a tensor over the array, not copied. */
    public Tensor view(Arena arena) {
        return Tensor.view(type, array(arena), offset(arena));
    }
}

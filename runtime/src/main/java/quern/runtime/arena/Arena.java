package quern.runtime.arena;

import java.util.Arrays;
import quern.tensor.DType.Storage;
import quern.tensor.Ints;

/**
 * The slabs of one session: one array for each storage type that the layout uses. Used by the
 * threads of one session only.
 */
public final class Arena {
    private final ArenaLayout layout;
    private final float[] floats;
    private final double[] doubles;
    private final byte[] bytes;
    private final short[] shorts;
    private final int[] ints;
    private final long[] longs;
    private final float[][][] floatRows;
    private final int[][][] intRows;
    private final Arena[] inner;

    /** Allocates every slab, filled with zeros. */
    public Arena(ArenaLayout layout) {
        this.layout = layout;
        this.floats = new float[layout.slab(Storage.FLOAT)];
        this.doubles = new double[layout.slab(Storage.DOUBLE)];
        this.bytes = new byte[layout.slab(Storage.BYTE)];
        this.shorts = new short[layout.slab(Storage.SHORT)];
        this.ints = new int[layout.slab(Storage.INT)];
        this.longs = new long[layout.slab(Storage.LONG)];
        this.inner = layout.inner().stream().map(Arena::new).toArray(Arena[]::new);
        Ints floatSizes = layout.rows(Storage.FLOAT);
        Ints intSizes = layout.rows(Storage.INT);
        this.floatRows = new float[layout.parts()][floatSizes.size()][];
        this.intRows = new int[layout.parts()][intSizes.size()][];
        for (int part = 0; part < layout.parts(); part++) {
            Arrays.setAll(floatRows[part], i -> new float[floatSizes.at(i)]);
            Arrays.setAll(intRows[part], i -> new int[intSizes.at(i)]);
        }
    }

    /** Where buffer {@code i} begins in its slab. */
    public int offset(int i) {
        return layout.offset(i);
    }

    public float[] floats() {
        return floats;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int[] ints() {
        return ints;
    }

    /** The rows of accumulators of a part, arrays of their own. */
    public float[][] floatRows(int part) {
        return floatRows[part];
    }

    /** The rows of accumulators of a part, arrays of their own. */
    public int[][] intRows(int part) {
        return intRows[part];
    }

    /** Arena {@code i} of those of graphs inside of operators. */
    public Arena inner(int i) {
        return inner[i];
    }

    /** The slab of any storage type. */
    public Object slab(Storage storage) {
        return switch (storage) {
            case FLOAT -> floats;
            case DOUBLE -> doubles;
            case BYTE -> bytes;
            case SHORT -> shorts;
            case INT -> ints;
            case LONG -> longs;
        };
    }
}

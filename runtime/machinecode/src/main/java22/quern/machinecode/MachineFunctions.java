package quern.machinecode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import quern.numeric.Expf;
import quern.numeric.Sigmoidf;
import quern.runtime.micro.ScalarMicrokernels;

/** Functions of single numbers by machine code. */
final class MachineFunctions implements Functions {
    private static final int MOST = Functions.LONGEST_ROW;
    private static final int TRIED = 1001;
    private static final long[] CONSTANTS = ExpCode.constants();

    private final MemorySegment exp;
    private final MemorySegment sigmoid;
    private final MemorySegment silu;
    private final MemorySegment softmax;
    private final long[][] masks = Masks.of(FunctionCode.LANES);

    private MachineFunctions(Arena arena) {
        VectorAssembler asm = new VectorAssembler();
        int[] starts = new int[FunctionCode.Kind.values().length];
        for (FunctionCode.Kind kind : FunctionCode.Kind.values()) {
            starts[kind.ordinal()] = new FunctionCode(asm, kind).emit();
        }
        int last = new SoftmaxCode(asm).emit();
        MemorySegment code = CodeMemory.of(asm.toBytes(), arena);
        exp = code.asSlice(starts[FunctionCode.Kind.EXP.ordinal()]);
        sigmoid = code.asSlice(starts[FunctionCode.Kind.SIGMOID.ordinal()]);
        silu = code.asSlice(starts[FunctionCode.Kind.SILU.ordinal()]);
        softmax = code.asSlice(last);
    }

    /**
     * Writes the code and tries it.
     *
     * @param arena the code lives as long
     */
    static Optional<Functions> of(Features features, Arena arena) {
        if (!features.avx512Vnni()) {
            return Optional.empty();
        }
        MachineFunctions made = new MachineFunctions(arena);
        return made.works() ? Optional.of(made) : Optional.empty();
    }

    private boolean works() {
        float[] x = new float[TRIED];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i - TRIED / 2) * 0.23f;
        }
        x[3] = Float.NaN;
        x[5] = Float.NEGATIVE_INFINITY;
        x[7] = -0f;
        float[] e = new float[TRIED];
        float[] s = new float[TRIED];
        float[] t = new float[TRIED];
        exp(x, 0, 0.5f, 1.25f, e, 0, TRIED);
        sigmoid(x, 0, s, 0, TRIED);
        silu(x, 0, t, 0, TRIED);
        boolean right = true;
        for (int i = 0; i < TRIED; i++) {
            float v = x[i];
            right &= Float.compare(e[i], Expf.exp((v - 0.5f) * 1.25f)) == 0;
            right &= Float.compare(s[i], Sigmoidf.sigmoid(v)) == 0;
            right &= Float.compare(t[i], v * Sigmoidf.sigmoid(v)) == 0;
        }
        float[] expected = new float[TRIED];
        new ScalarMicrokernels().softmaxF32(x, 10, 1, TRIED - 10, 0.7f, expected, 3);
        float[] made = new float[TRIED];
        softmax(x, 10, TRIED - 10, 0.7f, made, 3);
        return right && Arrays.equals(expected, made);
    }

    @Override
    public void exp(
            float[] x, int xOffset, float first, float second, float[] y, int yOffset, int n) {
        long[] block = Blocks.own();
        block[FunctionCode.FIRST] = Float.floatToRawIntBits(first);
        block[FunctionCode.SECOND] = Float.floatToRawIntBits(second);
        run(exp, x, xOffset, y, yOffset, n);
    }

    @Override
    public void sigmoid(float[] x, int xOffset, float[] y, int yOffset, int n) {
        run(sigmoid, x, xOffset, y, yOffset, n);
    }

    @Override
    public void silu(float[] x, int xOffset, float[] y, int yOffset, int n) {
        run(silu, x, xOffset, y, yOffset, n);
    }

    @Override
    public void softmax(float[] x, int xOffset, int n, float beta, float[] y, int yOffset) {
        long[] block = Blocks.own();
        block[FunctionCode.FIRST] = Float.floatToRawIntBits(Float.NEGATIVE_INFINITY);
        block[FunctionCode.SECOND] = Float.floatToRawIntBits(beta);
        run(softmax, x, xOffset, y, yOffset, n);
    }

    private void run(MemorySegment code, float[] x, int xOffset, float[] y, int yOffset, int n) {
        long[] block = Blocks.own();
        System.arraycopy(CONSTANTS, 0, block, FunctionCode.CONSTANTS, CONSTANTS.length);
        for (int i = 0; i < n; i += MOST) {
            int some = Math.min(MOST, n - i);
            int vectors = (some - 1) / FunctionCode.LANES;
            long[] mask = masks[some - vectors * FunctionCode.LANES];
            System.arraycopy(mask, 0, block, CallBlock.MASK, mask.length);
            block[FunctionCode.X] = ((long) xOffset + i) * Float.BYTES;
            block[FunctionCode.Y] = ((long) yOffset + i) * Float.BYTES;
            block[FunctionCode.VECTORS] = vectors;
            NativeCall.floats(code, block, x, y);
        }
    }
}

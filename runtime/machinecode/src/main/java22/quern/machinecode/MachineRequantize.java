package quern.machinecode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import quern.fixedpoint.RoundingMode;
import quern.runtime.micro.Factors;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.ScalarMicrokernels;
import quern.runtime.micro.Walk;

/** Accumulators to codes by machine code. */
final class MachineRequantize implements Requantize {
    private static final int CODES_PER_CALL = 1 << 18;
    private static final int TRIED = 70;

    private final MemorySegment even;
    private final MemorySegment evenByOne;
    private final MemorySegment two;
    private final MemorySegment twoByOne;
    private final long[][] masks = Masks.of(RequantizeCode.LANES);

    private MachineRequantize(Arena arena) {
        VectorAssembler asm = new VectorAssembler();
        int[] starts = {
            new RequantizeEvenCode(asm, false).emit(),
            new RequantizeEvenCode(asm, true).emit(),
            new RequantizeDoubleCode(asm, false).emit(),
            new RequantizeDoubleCode(asm, true).emit()
        };
        MemorySegment code = CodeMemory.of(asm.toBytes(), arena);
        even = code.asSlice(starts[0]);
        evenByOne = code.asSlice(starts[1]);
        two = code.asSlice(starts[2]);
        twoByOne = code.asSlice(starts[3]);
    }

    /**
     * Writes the code and tries it.
     *
     * @param arena the code lives as long
     */
    static Optional<Requantize> of(Features features, Arena arena) {
        if (!features.avx512Vnni()) {
            return Optional.empty();
        }
        MachineRequantize made = new MachineRequantize(arena);
        return made.works() ? Optional.of(made) : Optional.empty();
    }

    private boolean works() {
        int[] mantissa = new int[TRIED];
        int[] right = new int[TRIED];
        float[] scale = new float[TRIED];
        for (int i = 0; i < TRIED; i++) {
            mantissa[i] = (1 << 30) + i * 0x1000193;
            right[i] = 1 + i % 31;
            scale[i] = (i + 1) * 0x1.23p-9f;
        }
        for (RoundingMode mode :
                new RoundingMode[] {RoundingMode.FLOAT_EVEN, RoundingMode.DOUBLE}) {
            for (int step = 0; step < 2; step++) {
                if (!works(new Factors(mode, mantissa, right, scale, step, 3, -100, 90))) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean works(Factors factors) {
        Microkernels plain = new ScalarMicrokernels();
        Walk walk = new Walk(new int[3], new int[] {140, 0, 70}, new int[0]);
        int[] acc = new int[3 * TRIED];
        for (int i = 0; i < acc.length; i++) {
            acc[i] = i * 0x9E3779B1 >> i % 32;
        }
        for (int n = 1; n <= TRIED; n++) {
            byte[] y = new byte[3 * TRIED];
            byte[] expected = new byte[y.length];
            run(acc.clone(), TRIED, factors, 0, walk, 0, 3, y, 0, n);
            plain.codes(acc.clone(), TRIED, factors, 0, walk, 0, 3, expected, 0, n);
            if (!Arrays.equals(y, expected)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean has(RoundingMode mode) {
        return mode != RoundingMode.SINGLE;
    }

    @Override
    public void run(
            int[] acc,
            int width,
            Factors factors,
            int channel,
            Walk walk,
            int first,
            int count,
            byte[] y,
            int yOffset,
            int n) {
        boolean one = factors.step() == 0;
        boolean integers = factors.mode() == RoundingMode.DOUBLE;
        int low = factors.min() - factors.zero();
        int high = factors.max() - factors.zero();
        int vectors = (n - 1) / RequantizeCode.LANES;
        int some = Math.max(1, CODES_PER_CALL / n);
        long[] block = Blocks.own();
        block[RequantizeCode.FACTOR] = one ? 0 : (long) channel * Integer.BYTES;
        block[RequantizeCode.Y] = yOffset;
        block[RequantizeCode.VECTORS] = vectors;
        block[RequantizeCode.WIDTH] = (long) width * Integer.BYTES;
        block[RequantizeCode.LOW] = integers ? low : Float.floatToRawIntBits(low);
        block[RequantizeCode.HIGH] = integers ? high : Float.floatToRawIntBits(high);
        block[RequantizeCode.ZERO] = factors.zero();
        block[RequantizeCode.HALF] = 1L << 30;
        block[RequantizeCode.ONE] = 1;
        block[RequantizeCode.ODD] = Long.MIN_VALUE;
        long[] mask = masks[n - vectors * RequantizeCode.LANES];
        System.arraycopy(mask, 0, block, CallBlock.MASK, mask.length);
        for (int p = 0; p < count; p += some) {
            block[RequantizeCode.TO] = (long) (first + p) * Integer.BYTES;
            block[RequantizeCode.ACC] = (long) p * width * Integer.BYTES;
            block[RequantizeCode.COUNT] = Math.min(some, count - p);
            if (integers) {
                NativeCall.codes(
                        one ? twoByOne : two,
                        block,
                        walk.to(),
                        acc,
                        factors.mantissa(),
                        factors.right(),
                        y);
            } else {
                NativeCall.codes(one ? evenByOne : even, block, walk.to(), acc, factors.scale(), y);
            }
        }
    }
}

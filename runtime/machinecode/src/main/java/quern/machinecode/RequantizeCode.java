package quern.machinecode;

import static quern.machinecode.Gpr.R10;
import static quern.machinecode.Gpr.R11;
import static quern.machinecode.Gpr.R8;
import static quern.machinecode.Gpr.R9;
import static quern.machinecode.Gpr.RAX;
import static quern.machinecode.Gpr.RCX;
import static quern.machinecode.Gpr.RDI;
import static quern.machinecode.Gpr.RDX;
import static quern.machinecode.Gpr.RSI;

/**
 * Rows of accumulators to codes, 16 at a time: {@link quern.runtime.micro.Microkernels#codes} with
 * the factors of a rounding mode. It needs AVX-512. The call gives the block (see the constants),
 * the places of pixels, the accumulators, the factors, the shifts and the codes.
 *
 * <p>Registers throughout: {@code rsi} the pixel's place, {@code rdx} its accumulators, {@code rcx}
 * and {@code r8} factors and shifts of the first channel, {@code r9} the codes. In the loop over
 * channels: {@code rax} the codes, {@code r10} how many bytes of accumulators are behind, {@code
 * r11} vectors left.
 */
abstract class RequantizeCode {
    /** Distance in bytes to the place of the first pixel. */
    static final int TO = 0;

    /** Distance in bytes to the first accumulator. */
    static final int ACC = 1;

    /** Distance in bytes to the factor of the first channel, and to its shift. */
    static final int FACTOR = 2;

    /** Distance in bytes from the place of a pixel to its first code. */
    static final int Y = 3;

    /** How many pixels, at least one. */
    static final int COUNT = 4;

    /** How many vectors of channels come before the last, of which the mask tells the lanes. */
    static final int VECTORS = 5;

    /** Bytes from the accumulators of a pixel to those of the next. */
    static final int WIDTH = 6;

    /** The least code without zero point: an int, or the bits of a float. */
    static final int LOW = 7;

    /** The largest one. */
    static final int HIGH = 8;

    static final int ZERO = 9;

    /** 2^30, the half of what products are divided by. */
    static final int HALF = 10;

    static final int ONE = 11;

    /** A sign bit in the upper half. */
    static final int ODD = 12;

    /** Channels that one vector has. */
    static final int LANES = 16;

    private static final int VECTOR = LANES * Integer.BYTES;

    final VectorAssembler asm;
    private final boolean one;
    private final Vec low = Vec.zmm(16);
    private final Vec high = Vec.zmm(17);
    private final Vec zero = Vec.zmm(18);

    /**
     * @param one whether there is one factor for all channels
     */
    RequantizeCode(VectorAssembler asm, boolean one) {
        this.asm = asm;
        this.one = one;
    }

    /** Sets registers from 19 on. */
    abstract void enter();

    /** Makes whole numbers without zero point of the accumulators in register 0. */
    abstract void rescale(Mem factor, Mem shift, Opmask mask, Vec low, Vec high);

    /** Writes the code and returns where it begins. */
    final int emit() {
        int start = asm.size();
        asm.add(RSI, CallBlock.place(TO));
        asm.add(RDX, CallBlock.place(ACC));
        asm.add(RCX, CallBlock.place(FACTOR));
        asm.add(R8, CallBlock.place(FACTOR));
        asm.add(R9, CallBlock.place(Y));
        asm.vpbroadcastd(low, CallBlock.place(LOW));
        asm.vpbroadcastd(high, CallBlock.place(HIGH));
        asm.vpbroadcastd(zero, CallBlock.place(ZERO));
        asm.vmovups(Vec.zmm(0), CallBlock.place(CallBlock.MASK));
        asm.vpmovd2m(Opmask.K1, Vec.zmm(0));
        enter();
        Label pixel = new Label();
        asm.bind(pixel);
        asm.movsxd(RAX, Mem.at(RSI, 0));
        asm.add(RAX, R9);
        asm.clear(R10);
        asm.mov(R11, CallBlock.place(VECTORS));
        Label rest = new Label();
        asm.cmp(R11, 0);
        asm.jz(rest);
        Label loop = new Label();
        asm.bind(loop);
        codes(Opmask.K0);
        asm.add(R10, VECTOR);
        asm.add(RAX, LANES);
        asm.add(R11, -1);
        asm.jnz(loop);
        asm.bind(rest);
        codes(Opmask.K1);
        asm.add(RSI, Integer.BYTES);
        asm.add(RDX, CallBlock.place(WIDTH));
        asm.add(Mem.at(RDI, Long.BYTES * COUNT), -1);
        asm.jnz(pixel);
        asm.vzeroupper();
        asm.ret();
        return start;
    }

    private void codes(Opmask mask) {
        Vec v = Vec.zmm(0);
        load(v, mask, Mem.at(RDX, R10, 1, 0));
        rescale(
                one ? Mem.at(RCX, 0) : Mem.at(RCX, R10, 1, 0),
                one ? Mem.at(R8, 0) : Mem.at(R8, R10, 1, 0),
                mask,
                low,
                high);
        asm.vpaddd(v, v, zero);
        asm.vpmovdb(Mem.at(RAX, 0), mask, v);
    }

    /** Loads a factor a channel, or that of all. */
    final void loadFactor(Vec to, Opmask mask, Mem from) {
        if (one) {
            asm.vpbroadcastd(to, from);
        } else {
            load(to, mask, from);
        }
    }

    private void load(Vec to, Opmask mask, Mem from) {
        if (mask == Opmask.K0) {
            asm.vmovups(to, from);
        } else {
            asm.vmovups(to, mask, from);
        }
    }
}

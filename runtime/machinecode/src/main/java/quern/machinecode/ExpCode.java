package quern.machinecode;

import quern.numeric.Expf;

/** The steps of {@link Expf#exp} for 16 numbers in a register. It needs AVX-512. */
final class ExpCode {
    /** What the registers from 16 on hold. */
    private static final float[] NUMBERS = {
        Expf.LOWEST,
        Expf.HIGHEST,
        Expf.LOG2_E,
        Expf.ROUND_TO_INT,
        Expf.LN2_HI,
        Expf.LN2_LO,
        Expf.Q0,
        Expf.Q1,
        Expf.Q2,
        Expf.Q3,
        Expf.Q4,
        1f,
        -0f
    };

    static final Vec ONE = constant(11);
    static final Vec SIGN = constant(12);

    private final VectorAssembler asm;

    ExpCode(VectorAssembler asm) {
        this.asm = asm;
    }

    /** The numbers that a call gives in its block, two to a {@code long}. */
    static long[] constants() {
        long[] all = new long[(NUMBERS.length + 1) / 2];
        for (int i = 0; i < NUMBERS.length; i++) {
            all[i / 2] |= (Float.floatToRawIntBits(NUMBERS[i]) & 0xFFFF_FFFFL) << 32 * (i % 2);
        }
        return all;
    }

    private static Vec constant(int index) {
        return Vec.zmm(16 + index);
    }

    /** Loads the constants from a place in the block on; registers 16 to 28 hold them. */
    void load(int place) {
        for (int i = 0; i < NUMBERS.length; i++) {
            int at = Long.BYTES * place + Float.BYTES * i;
            asm.vpbroadcastd(constant(i), Mem.at(Gpr.RDI, at));
        }
    }

    /** Makes the exponential of register 1 in place; registers 2 to 6 are used. */
    void emit() {
        Vec r = Vec.zmm(1);
        Vec count = Vec.zmm(2);
        Vec lost = Vec.zmm(3);
        Vec high = Vec.zmm(4);
        Vec q = Vec.zmm(5);
        Vec limited = Vec.zmm(6);
        // NaN as the right operand of a limit stays NaN.
        asm.vmaxps(limited, constant(0), r);
        asm.vminps(limited, constant(1), limited);
        asm.vmovups(count, limited);
        asm.vfmadd132ps(count, constant(3), constant(2));
        asm.vsubps(count, count, constant(3));
        asm.vfnmadd231ps(limited, count, constant(4));
        asm.vmovups(r, limited);
        asm.vfnmadd231ps(r, count, constant(5));
        asm.vsubps(lost, limited, r);
        asm.vfnmadd231ps(lost, count, constant(5));
        asm.vmovups(q, constant(10));
        for (int i = 9; i >= 6; i--) {
            asm.vfmadd213ps(q, r, constant(i));
        }
        asm.vaddps(high, r, ONE);
        asm.vsubps(limited, high, ONE);
        asm.vsubps(limited, r, limited);
        asm.vmulps(r, r, r);
        asm.vfmadd213ps(q, r, lost);
        asm.vaddps(q, q, limited);
        asm.vaddps(q, high, q);
        asm.vscalefps(r, q, count);
    }
}

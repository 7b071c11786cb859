package quern.machinecode;

import java.util.Optional;

/**
 * What a CPU, its operating system and perhaps a test let us use.
 *
 * @param avx2 with FMA
 * @param avxVnni with AVX2
 * @param avx512Vnni with AVX-512 F, BW, DQ and VL
 * @param avx512Vbmi with the same
 */
record Features(boolean avx2, boolean avxVnni, boolean avx512Vnni, boolean avx512Vbmi) {
    private static final int FMA = 1 << 12;
    private static final int OSXSAVE = 1 << 27;
    private static final int AVX2 = 1 << 5;
    private static final int AVX512 = 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31;
    private static final int AVX512_VNNI = 1 << 11;
    private static final int AVX512_VBMI = 1 << 1;
    private static final int AVX_VNNI = 1 << 4;
    private static final long YMM_STATE = 0x06;
    private static final long ZMM_STATE = 0xE6;

    /** What the instruction {@code cpuid} says to a question of two numbers. */
    record Leaf(int eax, int ebx, int ecx, int edx) {}

    /** Asks the CPU. */
    interface Cpu {
        Leaf cpuid(int leaf, int subleaf);

        /** The registers that the operating system saves; asked only if it says that it does. */
        long xgetbv();
    }

    static Features of(Cpu cpu) {
        int highest = cpu.cpuid(0, 0).eax();
        int basic = highest < 7 ? 0 : cpu.cpuid(1, 0).ecx();
        if ((basic & OSXSAVE) == 0) {
            return new Features(false, false, false, false);
        }
        long saved = cpu.xgetbv();
        Leaf seven = cpu.cpuid(7, 0);
        boolean avx2 =
                (saved & YMM_STATE) == YMM_STATE && (basic & FMA) != 0 && (seven.ebx() & AVX2) != 0;
        boolean more = seven.eax() >= 1;
        boolean avx512 =
                avx2 && (saved & ZMM_STATE) == ZMM_STATE && (seven.ebx() & AVX512) == AVX512;
        return new Features(
                avx2,
                avx2 && more && (cpu.cpuid(7, 1).eax() & AVX_VNNI) != 0,
                avx512 && (seven.ecx() & AVX512_VNNI) != 0,
                avx512 && (seven.ecx() & AVX512_VBMI) != 0);
    }

    /** The best instructions there are. */
    Optional<Isa> best() {
        return avx512Vnni
                ? Optional.of(Isa.AVX512_VNNI)
                : avxVnni
                        ? Optional.of(Isa.AVX_VNNI)
                        : avx2 ? Optional.of(Isa.AVX2) : Optional.empty();
    }

    /** With what instructions up to these need alone. */
    Features atMost(Isa isa) {
        return new Features(
                avx2,
                avxVnni && isa.compareTo(Isa.AVX_VNNI) >= 0,
                avx512Vnni && isa.compareTo(Isa.AVX512_VNNI) >= 0,
                avx512Vbmi && isa.compareTo(Isa.AVX512_VNNI) >= 0);
    }
}

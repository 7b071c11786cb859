package quern.machinecode;

/**
 * A place in memory: {@code base + index * scale + displacement}.
 *
 * @param index {@link Gpr#RSP} stands for none, as in the encoding
 * @param scale 1, 2, 4 or 8
 * @param broadcast whether one element is read for all lanes, with AVX-512 only
 */
record Mem(Gpr base, Gpr index, int scale, int displacement, boolean broadcast) {
    static Mem at(Gpr base, int displacement) {
        return new Mem(base, Gpr.RSP, 1, displacement, false);
    }

    static Mem at(Gpr base, Gpr index, int scale, int displacement) {
        if (index == Gpr.RSP) {
            throw new IllegalArgumentException("rsp is no index");
        }
        return new Mem(base, index, scale, displacement, false);
    }

    /** One element of 32 bits for all lanes. */
    Mem broadcasting() {
        return new Mem(base, index, scale, displacement, true);
    }
}

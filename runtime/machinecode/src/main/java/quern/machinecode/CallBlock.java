package quern.machinecode;

/**
 * The numbers that a kernel is called with, each the index of a {@code long}. The first ones are
 * distances in bytes into the arrays of the call, which the kernel turns into addresses.
 */
final class CallBlock {
    /** Into the windows' beginnings, at the first pixel. */
    static final int FROM = 0;

    /** Into the places of results, at the first pixel. */
    static final int TO = 1;

    /** Into the taps, behind the last one. */
    static final int TAPS = 2;

    static final int X = 3;
    static final int W = 4;
    static final int BIAS = 5;
    static final int Y = 6;

    /** The number of taps, negated. */
    static final int TAP_COUNT = 7;

    /** Tiles of pixels to compute, at least one. */
    static final int TILES = 8;

    /** Bytes from the weights of one tap to those of the next, and from row to row of sums. */
    static final int STRIDE = 9;

    /** 1 to begin with what was written before, 0 to begin with the bias. */
    static final int RESUME = 10;

    /** 1 to limit results, 0 to leave them. */
    static final int CLAMP = 11;

    /** The lower bound's bits. */
    static final int LOW = 12;

    /** The upper bound's bits. */
    static final int HIGH = 13;

    /** Bits of a number that is added before limiting: +0 makes -0 a +0, -0 changes nothing. */
    static final int ADDEND = 14;

    /** What each byte of input is xored with, four times. */
    static final int FLIP = 15;

    /** Ints with or without sign, one for each lane of the last vector. */
    static final int MASK = 16;

    /** How many there are. */
    static final int LENGTH = MASK + 8;

    private CallBlock() {}

    /** The place of a number, seen from the register that points to the first. */
    static Mem place(int index) {
        return Mem.at(Gpr.RDI, 8 * index);
    }
}

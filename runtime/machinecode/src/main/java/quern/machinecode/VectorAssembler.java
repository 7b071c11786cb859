package quern.machinecode;

/** Instructions on vectors, the destination first. */
final class VectorAssembler extends VectorEncoder {
    private static final Operation LOAD = Operation.of(1, 0, 0x10);
    private static final Operation STORE = Operation.of(1, 0, 0x11);
    private static final Operation ADD_F32 = Operation.of(1, 0, 0x58);
    private static final Operation MIN_F32 = Operation.of(1, 0, 0x5D);
    private static final Operation MAX_F32 = Operation.of(1, 0, 0x5F);
    private static final Operation MULTIPLY_ADD = Operation.of(2, 1, 0xB8);
    private static final Operation BROADCAST_F32 = new Operation(2, 1, 0, 0x18, 4);
    private static final Operation BROADCAST_S32 = new Operation(2, 1, 0, 0x58, 4);
    private static final Operation BROADCAST_S64 = new Operation(2, 1, 1, 0x59, 8);
    private static final Operation MASKED_LOAD = Operation.of(2, 1, 0x2C);
    private static final Operation MASKED_STORE = Operation.of(2, 1, 0x2E);
    private static final Operation ADD_S32 = Operation.of(1, 1, 0xFE);
    private static final Operation XOR = Operation.of(1, 1, 0xEF);
    private static final Operation DOT_U8S8 = Operation.of(2, 1, 0x50);
    private static final Operation DOT_S16 = Operation.of(1, 1, 0xF5);
    private static final Operation ADD_PAIRS = Operation.of(2, 1, 0x02);
    private static final Operation WIDEN_S8 = Operation.of(2, 1, 0x20);
    private static final Operation WIDEN_U8 = Operation.of(2, 1, 0x30);
    private static final Operation WIDEN_U32 = Operation.of(2, 1, 0x35);
    private static final Operation PERMUTE_S64 = new Operation(3, 1, 1, 0x00, 0);
    private static final Operation PERMUTE_TWO_S8 = Operation.of(2, 1, 0x75);
    private static final Operation BLEND_S8 = Operation.of(2, 1, 0x66);
    private static final Operation BYTE_SIGNS_TO_MASK = Operation.of(2, 2, 0x29);
    private static final Operation SIGNS_TO_MASK = Operation.of(2, 2, 0x39);
    private static final Operation MULTIPLY_F32 = Operation.of(1, 0, 0x59);
    private static final Operation S32_TO_F32 = Operation.of(1, 0, 0x5B);
    private static final Operation F32_TO_S32 = Operation.of(1, 1, 0x5B);
    private static final Operation ALIGN_S32 = Operation.of(3, 1, 0x03);
    private static final Operation SUBTRACT_F32 = Operation.of(1, 0, 0x5C);
    private static final Operation DIVIDE_F32 = Operation.of(1, 0, 0x5E);
    private static final Operation MULTIPLY_ADD_132 = Operation.of(2, 1, 0x98);
    private static final Operation MULTIPLY_ADD_213 = Operation.of(2, 1, 0xA8);
    private static final Operation NEGATED_MULTIPLY_ADD = Operation.of(2, 1, 0xBC);
    private static final Operation SCALE_F32 = Operation.of(2, 1, 0x2C);
    private static final Operation OR = Operation.of(1, 1, 0xEB);
    private static final Operation NARROW_S32 = new Operation(2, 2, 0, 0x31, 16);
    private static final Operation NARROW_S64 = new Operation(2, 2, 0, 0x35, 32);
    private static final Operation NARROW_S16 = new Operation(2, 2, 0, 0x30, 32);
    private static final Operation SUBTRACT_S32 = Operation.of(1, 1, 0xFA);
    private static final Operation MIN_S32 = Operation.of(2, 1, 0x39);
    private static final Operation MAX_S32 = Operation.of(2, 1, 0x3D);
    private static final Operation ADD_S64 = new Operation(1, 1, 1, 0xD4, 0);
    private static final Operation MULTIPLY_S32 = new Operation(2, 1, 1, 0x28, 0);
    private static final Operation SHIFT_S32 = Operation.of(1, 1, 0x72);
    private static final Operation SHIFT_S64 = new Operation(1, 1, 1, 0x73, 0);
    private static final Operation SHIFT_EACH_S32 = Operation.of(2, 1, 0x46);
    private static final Operation BLEND_S32 = Operation.of(2, 1, 0x64);
    private static final int RIGHT = 2;
    private static final int RIGHT_SIGNED = 4;
    private static final int LEFT = 6;

    void vzeroupper() {
        put8(0xC5);
        put8(0xF8);
        put8(0x77);
    }

    void vmovups(Vec to, Mem from) {
        encode(LOAD, to, 0, from);
    }

    void vmovups(Vec to, Vec from) {
        encode(LOAD, to, 0, from);
    }

    void vmovups(Mem to, Vec from) {
        encode(STORE, from, 0, to);
    }

    /** Lanes without mask bit become zero and are not read. */
    void vmovups(Vec to, Opmask mask, Mem from) {
        encode(LOAD, to, mask, true, 0, from);
    }

    /** Lanes without mask bit are not written. */
    void vmovups(Mem to, Opmask mask, Vec from) {
        encode(STORE, from, mask, false, 0, to);
    }

    /** Reads the lanes whose mask has its sign set; the others become zero. */
    void vmaskmovps(Vec to, Vec mask, Mem from) {
        encode(MASKED_LOAD, to, mask.number(), from);
    }

    /** Writes the lanes whose mask has its sign set. */
    void vmaskmovps(Mem to, Vec mask, Vec from) {
        encode(MASKED_STORE, from, mask.number(), to);
    }

    /** Collects the signs of 32-bit lanes. */
    void vpmovd2m(Opmask to, Vec from) {
        encode(SIGNS_TO_MASK, new Vec(to.ordinal(), from.bits()), 0, from);
    }

    /** Collects the signs of bytes. */
    void vpmovb2m(Opmask to, Vec from) {
        encode(BYTE_SIGNS_TO_MASK, new Vec(to.ordinal(), from.bits()), 0, from);
    }

    /** Each byte, without its sign, names one of the bytes of two registers, which it becomes. */
    void vpermi2b(Vec places, Vec first, Vec second) {
        encode(PERMUTE_TWO_S8, places, first.number(), second);
    }

    /** Bytes of {@code set} where the mask has a bit, else those of {@code clear}. */
    void vpblendmb(Vec to, Opmask mask, Vec clear, Vec set) {
        encode(BLEND_S8, to, mask, clear.number(), set);
    }

    void vbroadcastss(Vec to, Mem from) {
        encode(BROADCAST_F32, to, 0, from);
    }

    void vpbroadcastd(Vec to, Mem from) {
        encode(BROADCAST_S32, to, 0, from);
    }

    void vpbroadcastq(Vec to, Mem from) {
        encode(BROADCAST_S64, to, 0, from);
    }

    void vaddps(Vec to, Vec left, Vec right) {
        encode(ADD_F32, to, left.number(), right);
    }

    /** If lanes are both zero or one is NaN, the result is {@code right}. */
    void vminps(Vec to, Vec left, Vec right) {
        encode(MIN_F32, to, left.number(), right);
    }

    /** If lanes are both zero or one is NaN, the result is {@code right}. */
    void vmaxps(Vec to, Vec left, Vec right) {
        encode(MAX_F32, to, left.number(), right);
    }

    /** {@code to = fma(left, right, to)}. */
    void vfmadd231ps(Vec to, Vec left, Vec right) {
        encode(MULTIPLY_ADD, to, left.number(), right);
    }

    /** {@code to = fma(left, right, to)}. */
    void vfmadd231ps(Vec to, Vec left, Mem right) {
        encode(MULTIPLY_ADD, to, left.number(), right);
    }

    /** {@code to = fma(left, right, to)}; lanes without mask bit stay and are not read. */
    void vfmadd231ps(Vec to, Opmask mask, Vec left, Mem right) {
        encode(MULTIPLY_ADD, to, mask, false, left.number(), right);
    }

    void vpaddd(Vec to, Vec left, Vec right) {
        encode(ADD_S32, to, left.number(), right);
    }

    /** With registers of 512 bits it is {@code vpxord}. */
    void vpxor(Vec to, Vec left, Vec right) {
        encode(XOR, to, left.number(), right);
    }

    /** Adds four products of bytes to each 32-bit lane, wrapping. */
    void vpdpbusd(Vec to, Vec unsigned, Vec signed) {
        encode(DOT_U8S8, to, unsigned.number(), signed);
    }

    /** Sums of two products of 16-bit lanes. */
    void vpmaddwd(Vec to, Vec left, Vec right) {
        encode(DOT_S16, to, left.number(), right);
    }

    /** Sums of neighbouring 32-bit lanes, in each 128 bits those of {@code left} first. */
    void vphaddd(Vec to, Vec left, Vec right) {
        encode(ADD_PAIRS, to, left.number(), right);
    }

    /** Bytes to 16 bits with their signs. */
    void vpmovsxbw(Vec to, Mem from) {
        encode(WIDEN_S8, to, 0, from);
    }

    /** Bytes to 16 bits without signs. */
    void vpmovzxbw(Vec to, Vec from) {
        encode(WIDEN_U8, to, 0, from);
    }

    /** 32 bits to 64 without signs. */
    void vpmovzxdq(Vec to, Mem from) {
        encode(WIDEN_U32, to, 0, from);
    }

    /** Lanes of 64 bits in the order that two bits each name. */
    void vpermq(Vec to, Vec from, int order) {
        encode(PERMUTE_S64, to, 0, from);
        put8(order);
    }

    /** Lanes without mask bit stay. */
    void vaddps(Vec to, Opmask mask, Vec left, Vec right) {
        encode(ADD_F32, to, mask, left.number(), right);
    }

    /** Lanes without mask bit stay. */
    void vmaxps(Vec to, Opmask mask, Vec left, Vec right) {
        encode(MAX_F32, to, mask, left.number(), right);
    }

    /** Lanes of 32 bits of {@code low} and then {@code high}, from number {@code first} on. */
    void valignd(Vec to, Vec high, Vec low, int first) {
        encode(ALIGN_S32, to, high.number(), low);
        put8(first);
    }

    void vsubps(Vec to, Vec left, Vec right) {
        encode(SUBTRACT_F32, to, left.number(), right);
    }

    void vdivps(Vec to, Vec left, Vec right) {
        encode(DIVIDE_F32, to, left.number(), right);
    }

    /** {@code to = fma(to, right, left)}. */
    void vfmadd132ps(Vec to, Vec left, Vec right) {
        encode(MULTIPLY_ADD_132, to, left.number(), right);
    }

    /** {@code to = fma(to, left, right)}. */
    void vfmadd213ps(Vec to, Vec left, Vec right) {
        encode(MULTIPLY_ADD_213, to, left.number(), right);
    }

    /** {@code to = fma(-left, right, to)}. */
    void vfnmadd231ps(Vec to, Vec left, Vec right) {
        encode(NEGATED_MULTIPLY_ADD, to, left.number(), right);
    }

    /** {@code left} times the power of two whose exponent is {@code right}, rounded down. */
    void vscalefps(Vec to, Vec left, Vec right) {
        encode(SCALE_F32, to, left.number(), right);
    }

    /** With registers of 512 bits it is {@code vpord}. */
    void vpor(Vec to, Vec left, Vec right) {
        encode(OR, to, left.number(), right);
    }

    void vmulps(Vec to, Vec left, Vec right) {
        encode(MULTIPLY_F32, to, left.number(), right);
    }

    /** Integers to numbers, ties to even. */
    void vcvtdq2ps(Vec to, Vec from) {
        encode(S32_TO_F32, to, 0, from);
    }

    /** Numbers to integers as the CPU rounds: ties to even, where nobody changed it. */
    void vcvtps2dq(Vec to, Vec from) {
        encode(F32_TO_S32, to, 0, from);
    }

    /** Writes the lower byte of each 32-bit lane; lanes without mask bit are not written. */
    void vpmovdb(Mem to, Opmask mask, Vec from) {
        encode(NARROW_S32, from, mask, false, 0, to);
    }

    /** Writes the lower half of each 64-bit lane. */
    void vpmovqd(Mem to, Vec from) {
        encode(NARROW_S64, from, 0, to);
    }

    /** Writes the lower byte of each 16-bit lane. */
    void vpmovwb(Mem to, Vec from) {
        encode(NARROW_S16, from, 0, to);
    }

    void vpsubd(Vec to, Vec left, Vec right) {
        encode(SUBTRACT_S32, to, left.number(), right);
    }

    void vpminsd(Vec to, Vec left, Vec right) {
        encode(MIN_S32, to, left.number(), right);
    }

    void vpmaxsd(Vec to, Vec left, Vec right) {
        encode(MAX_S32, to, left.number(), right);
    }

    void vpaddq(Vec to, Vec left, Vec right) {
        encode(ADD_S64, to, left.number(), right);
    }

    /** Products of the lower halves of 64-bit lanes. */
    void vpmuldq(Vec to, Vec left, Vec right) {
        encode(MULTIPLY_S32, to, left.number(), right);
    }

    /** Shifts 32-bit lanes to the right, zeros coming in. */
    void vpsrld(Vec to, Vec from, int bits) {
        shift(SHIFT_S32, RIGHT, to, from, bits);
    }

    /** Shifts 32-bit lanes to the right, signs coming in. */
    void vpsrad(Vec to, Vec from, int bits) {
        shift(SHIFT_S32, RIGHT_SIGNED, to, from, bits);
    }

    /** Shifts 64-bit lanes to the right, zeros coming in. */
    void vpsrlq(Vec to, Vec from, int bits) {
        shift(SHIFT_S64, RIGHT, to, from, bits);
    }

    /** Shifts 64-bit lanes to the left. */
    void vpsllq(Vec to, Vec from, int bits) {
        shift(SHIFT_S64, LEFT, to, from, bits);
    }

    private void shift(Operation what, int direction, Vec to, Vec from, int bits) {
        encode(what, new Vec(direction, to.bits()), to.number(), from);
        put8(bits);
    }

    /** Shifts each 32-bit lane to the right by that of {@code bits}, signs coming in. */
    void vpsravd(Vec to, Vec from, Vec bits) {
        encode(SHIFT_EACH_S32, to, from.number(), bits);
    }

    /** Lanes of {@code set} where the mask has a bit, else those of {@code clear}. */
    void vpblendmd(Vec to, Opmask mask, Vec clear, Vec set) {
        encode(BLEND_S32, to, mask, clear.number(), set);
    }
}

package quern.machinecode;

/** The prefixes VEX and EVEX: EVEX wherever registers, masks or broadcasts need it. */
class VectorEncoder extends Assembler {
    /**
     * What an instruction is apart from its operands.
     *
     * @param map 1 for 0F, 2 for 0F38, 3 for 0F3A
     * @param prefix 0 for none, 1 for 66, 2 for F3, 3 for F2
     * @param wide the bit W
     * @param unit what EVEX counts displacements in, 0 for whole vectors
     */
    record Operation(int map, int prefix, int wide, int code, int unit) {
        static Operation of(int map, int prefix, int code) {
            return new Operation(map, prefix, 0, code, 0);
        }
    }

    /** Both operands are registers. */
    final void encode(Operation what, Vec register, int second, Vec operand) {
        int number = operand.number();
        if (register.bits() == 512 || (register.number() | second | number) > 15) {
            evex(what, register, second, number >> 3 & 1, number >> 4 & 1, Opmask.K0, false, false);
        } else {
            vex(what, register, second, number >> 3 & 1, 0);
        }
        put8(0xC0 | (register.number() & 7) << 3 | number & 7);
    }

    /** Both operands are registers, lanes are masked; what the mask does is up to the operation. */
    final void encode(Operation what, Vec register, Opmask mask, int second, Vec operand) {
        int number = operand.number();
        evex(what, register, second, number >> 3 & 1, number >> 4 & 1, mask, false, false);
        put8(0xC0 | (register.number() & 7) << 3 | number & 7);
    }

    /** The last operand is in memory. */
    final void encode(Operation what, Vec register, int second, Mem operand) {
        if (register.bits() == 512
                || operand.broadcast()
                || register.number() > 15
                || second > 15) {
            encode(what, register, Opmask.K0, false, second, operand);
        } else {
            vex(
                    what,
                    register,
                    second,
                    operand.base().ordinal() >> 3,
                    operand.index().ordinal() >> 3);
            address(register.number(), operand, 1);
        }
    }

    /**
     * The last operand is in memory, lanes are masked.
     *
     * @param zeroing whether lanes without mask bit become zero; else they stay
     */
    final void encode(
            Operation what, Vec register, Opmask mask, boolean zeroing, int second, Mem operand) {
        evex(
                what,
                register,
                second,
                operand.base().ordinal() >> 3,
                operand.index().ordinal() >> 3,
                mask,
                zeroing,
                operand.broadcast());
        int unit = operand.broadcast() ? 4 : what.unit() == 0 ? register.bytes() : what.unit();
        address(register.number(), operand, unit);
    }

    private void vex(Operation what, Vec register, int second, int base, int index) {
        put8(0xC4);
        put8((~register.number() >> 3 & 1) << 7 | (index ^ 1) << 6 | (base ^ 1) << 5 | what.map());
        int wide = register.bits() == 256 ? 1 : 0;
        put8(what.wide() << 7 | (~second & 15) << 3 | wide << 2 | what.prefix());
        put8(what.code());
    }

    private void evex(
            Operation what,
            Vec register,
            int second,
            int base,
            int index,
            Opmask mask,
            boolean zeroing,
            boolean broadcast) {
        int number = register.number();
        put8(0x62);
        put8(
                (~number >> 3 & 1) << 7
                        | (index ^ 1) << 6
                        | (base ^ 1) << 5
                        | (~number >> 4 & 1) << 4
                        | what.map());
        put8(what.wide() << 7 | (~second & 15) << 3 | 4 | what.prefix());
        put8(
                (zeroing ? 0x80 : 0)
                        | register.bits() / 256 << 5
                        | (broadcast ? 0x10 : 0)
                        | (~second >> 4 & 1) << 3
                        | mask.ordinal());
        put8(what.code());
    }
}

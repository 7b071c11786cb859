package quern.machinecode;

/** Instructions on general registers, of 64 bits where nothing else is said, and jumps. */
class Assembler extends Code {
    private static final int REX_W = 0x48;

    final void push(Gpr register) {
        shortForm(0x50, register);
    }

    final void pop(Gpr register) {
        shortForm(0x58, register);
    }

    final void ret() {
        put8(0xC3);
    }

    final void mov(Gpr to, Gpr from) {
        registers(0x8B, to, from);
    }

    final void mov(Gpr to, Mem from) {
        memory(0x8B, to, from);
    }

    final void mov(Mem to, Gpr from) {
        memory(0x89, from, to);
    }

    /** Sets the lower 32 bits to 0, and so the upper ones. */
    final void clear(Gpr register) {
        int number = register.ordinal();
        if (number > 7) {
            put8(0x45);
        }
        put8(0x31);
        put8(0xC0 | (number & 7) << 3 | number & 7);
    }

    /** Reads an int and extends its sign. */
    final void movsxd(Gpr to, Mem from) {
        memory(0x63, to, from);
    }

    final void lea(Gpr to, Mem from) {
        memory(0x8D, to, from);
    }

    final void add(Gpr to, Gpr from) {
        registers(0x03, to, from);
    }

    final void add(Gpr to, Mem from) {
        memory(0x03, to, from);
    }

    final void add(Mem to, Gpr from) {
        memory(0x01, from, to);
    }

    final void add(Gpr to, int value) {
        immediate(0, to, value);
    }

    final void cmp(Gpr left, int value) {
        immediate(7, left, value);
    }

    /** Compares memory with a small number. */
    final void cmp(Mem left, int value) {
        smallImmediate(7, left, value);
    }

    /** Adds a small number to memory. */
    final void add(Mem to, int value) {
        smallImmediate(0, to, value);
    }

    final void jmp(Label to) {
        put8(0xE9);
        putDistance(to);
    }

    /** Jumps if the last result was zero, or what was compared is equal. */
    final void jz(Label to) {
        put8(0x0F);
        put8(0x84);
        putDistance(to);
    }

    /** Jumps if the last result was not zero, or what was compared is not equal. */
    final void jnz(Label to) {
        put8(0x0F);
        put8(0x85);
        putDistance(to);
    }

    final void cpuid() {
        put8(0x0F);
        put8(0xA2);
    }

    final void xgetbv() {
        put8(0x0F);
        put8(0x01);
        put8(0xD0);
    }

    /** Fills up to a multiple with instructions that do nothing. */
    final void align(int multiple) {
        while (size() % multiple != 0) {
            put8(0x90);
        }
    }

    private void shortForm(int opcode, Gpr register) {
        int number = register.ordinal();
        if (number > 7) {
            put8(0x41);
        }
        put8(opcode | number & 7);
    }

    private void registers(int opcode, Gpr register, Gpr operand) {
        put8(REX_W | register.ordinal() >> 3 << 2 | operand.ordinal() >> 3);
        put8(opcode);
        put8(0xC0 | (register.ordinal() & 7) << 3 | operand.ordinal() & 7);
    }

    private void memory(int opcode, Gpr register, Mem operand) {
        rex(register.ordinal(), operand);
        put8(opcode);
        address(register.ordinal(), operand, 1);
    }

    private void immediate(int operation, Gpr register, int value) {
        boolean small = value == (byte) value;
        put8(REX_W | register.ordinal() >> 3);
        put8(small ? 0x83 : 0x81);
        put8(0xC0 | operation << 3 | register.ordinal() & 7);
        if (small) {
            put8(value);
        } else {
            put32(value);
        }
    }

    private void smallImmediate(int operation, Mem operand, int value) {
        rex(0, operand);
        put8(0x83);
        address(operation, operand, 1);
        put8(value);
    }

    private void rex(int register, Mem operand) {
        put8(
                REX_W
                        | register >> 3 << 2
                        | operand.index().ordinal() >> 3 << 1
                        | operand.base().ordinal() >> 3);
    }

    /**
     * The bytes ModRM, SIB and displacement.
     *
     * @param unit a displacement that is a multiple of it, at most 127 times, takes one byte
     */
    final void address(int register, Mem operand, int unit) {
        int base = operand.base().ordinal() & 7;
        int displacement = operand.displacement();
        int small = displacement / unit;
        // A base of rbp or r13 without displacement would mean an address without base.
        boolean none = displacement == 0 && base != Gpr.RBP.ordinal();
        boolean byteWide = displacement % unit == 0 && small == (byte) small;
        int mode = none ? 0 : byteWide ? 1 : 2;
        boolean sib = operand.index() != Gpr.RSP || base == Gpr.RSP.ordinal();
        put8(mode << 6 | (register & 7) << 3 | (sib ? 4 : base));
        if (sib) {
            int scale = Integer.numberOfTrailingZeros(operand.scale());
            put8(scale << 6 | (operand.index().ordinal() & 7) << 3 | base);
        }
        if (mode == 1) {
            put8(small);
        } else if (mode == 2) {
            put32(displacement);
        }
    }
}

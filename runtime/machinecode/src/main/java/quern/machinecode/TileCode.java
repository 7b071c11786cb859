package quern.machinecode;

import static quern.machinecode.CallBlock.place;
import static quern.machinecode.Gpr.R10;
import static quern.machinecode.Gpr.R11;
import static quern.machinecode.Gpr.R12;
import static quern.machinecode.Gpr.R13;
import static quern.machinecode.Gpr.R14;
import static quern.machinecode.Gpr.R15;
import static quern.machinecode.Gpr.R8;
import static quern.machinecode.Gpr.R9;
import static quern.machinecode.Gpr.RAX;
import static quern.machinecode.Gpr.RBP;
import static quern.machinecode.Gpr.RBX;
import static quern.machinecode.Gpr.RCX;
import static quern.machinecode.Gpr.RDX;
import static quern.machinecode.Gpr.RSI;
import static quern.machinecode.Gpr.RSP;

/**
 * The frame of a kernel: tiles of neighbouring pixels, each with a loop over taps in which all sums
 * of the tile are in registers. Called as a C function of eight pointers: the {@link CallBlock},
 * {@code from}, {@code to}, {@code taps}, {@code x}, {@code w}, {@code bias}, {@code y}.
 *
 * <p>Registers throughout: {@code rdi} the call block, {@code rsi} and {@code rdx} the tile's
 * entries of {@code from} and {@code to}, {@code rcx} the end of the taps, {@code r9} the weights,
 * {@code r11} their stride. In the loop over taps: {@code r10} weights of the tap, {@code rbx} taps
 * left, negative, {@code rax} the tap, and a register for each pixel; elsewhere these are free.
 */
abstract class TileCode {
    private static final Gpr[] SAVED = {RBX, RBP, R12, R13, R14, R15};
    private static final Gpr[] PIXELS = {R8, RBP, R12, R13, R14, R15};
    private static final int STACKED = 8 * (SAVED.length + 1);

    /** Where a loop begins counts for its speed. */
    private static final int ALIGNMENT = 64;

    final VectorAssembler asm;
    final Isa isa;
    final int pixels;
    final int vectors;

    TileCode(VectorAssembler asm, Isa isa, int pixels, int vectors) {
        this.asm = asm;
        this.isa = isa;
        this.pixels = pixels;
        this.vectors = vectors;
    }

    /** Bytes of an element of {@code x}. */
    abstract int elementSize();

    /** What is done once. */
    abstract void enter();

    /** Sets the sums to the bias or to what was written before. */
    abstract void loadSums();

    /** Adds what one tap contributes. */
    abstract void addTap();

    /** Writes the sums. */
    abstract void storeSums();

    /** Goes on to the next tile's results. */
    abstract void nextResults();

    /** Writes the kernel; where it begins. */
    final int emit() {
        asm.align(ALIGNMENT);
        int start = asm.size();
        for (Gpr register : SAVED) {
            asm.push(register);
        }
        asm.add(RSI, place(CallBlock.FROM));
        asm.add(RDX, place(CallBlock.TO));
        asm.add(RCX, place(CallBlock.TAPS));
        asm.add(place(CallBlock.X), R8);
        asm.add(R9, place(CallBlock.W));
        asm.mov(RAX, Mem.at(RSP, STACKED));
        asm.add(place(CallBlock.BIAS), RAX);
        asm.mov(RAX, Mem.at(RSP, STACKED + 8));
        asm.add(place(CallBlock.Y), RAX);
        asm.mov(R11, place(CallBlock.STRIDE));
        enter();
        Label tile = new Label();
        asm.bind(tile);
        loadSums();
        loopOverTaps();
        storeSums();
        asm.add(RSI, 4 * pixels);
        nextResults();
        asm.add(place(CallBlock.TILES), -1);
        asm.jnz(tile);
        asm.vzeroupper();
        for (int i = SAVED.length - 1; i >= 0; i--) {
            asm.pop(SAVED[i]);
        }
        asm.ret();
        return start;
    }

    private void loopOverTaps() {
        asm.mov(RAX, place(CallBlock.X));
        for (int p = 0; p < pixels; p++) {
            asm.movsxd(PIXELS[p], Mem.at(RSI, 4 * p));
            asm.lea(PIXELS[p], Mem.at(RAX, PIXELS[p], elementSize(), 0));
        }
        asm.mov(R10, R9);
        asm.mov(RBX, place(CallBlock.TAP_COUNT));
        Label end = new Label();
        asm.cmp(RBX, 0);
        asm.jz(end);
        asm.align(ALIGNMENT);
        Label loop = new Label();
        asm.bind(loop);
        asm.movsxd(RAX, Mem.at(RCX, RBX, 4, 0));
        addTap();
        asm.add(R10, R11);
        asm.add(RBX, 1);
        asm.jnz(loop);
        asm.bind(end);
    }

    /** The input that a pixel sees at the tap. */
    final Mem input(int pixel, int displacement) {
        return Mem.at(PIXELS[pixel], RAX, elementSize(), displacement);
    }

    /** The weights of a vector of channels at the tap. */
    final Mem weights(int vector) {
        return Mem.at(R10, vector * isa.bits() / 8);
    }

    final Vec vector(int number) {
        return new Vec(number, isa.bits());
    }

    /** The sum of a pixel for a vector of channels. */
    final Vec sum(int pixel, int vector) {
        return vector(pixel * vectors + vector);
    }

    /** Registers behind all sums of the largest tile. */
    final Vec spare(int number) {
        return vector(isa.pixels() * isa.vectors() + number);
    }
}

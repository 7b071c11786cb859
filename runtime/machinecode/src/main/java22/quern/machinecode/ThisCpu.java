package quern.machinecode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Asks the CPU by instructions that are written for it. */
final class ThisCpu implements Features.Cpu {
    private final MemorySegment cpuid;
    private final MemorySegment xgetbv;

    ThisCpu(Arena arena) {
        VectorAssembler asm = new VectorAssembler();
        asm.push(Gpr.RBX);
        asm.mov(Gpr.RAX, CallBlock.place(0));
        asm.mov(Gpr.RCX, CallBlock.place(1));
        asm.cpuid();
        asm.mov(CallBlock.place(0), Gpr.RAX);
        asm.mov(CallBlock.place(1), Gpr.RBX);
        asm.mov(CallBlock.place(2), Gpr.RCX);
        asm.mov(CallBlock.place(3), Gpr.RDX);
        asm.pop(Gpr.RBX);
        asm.ret();
        int second = asm.size();
        asm.clear(Gpr.RCX);
        asm.xgetbv();
        asm.mov(CallBlock.place(0), Gpr.RAX);
        asm.mov(CallBlock.place(1), Gpr.RDX);
        asm.ret();
        MemorySegment code = CodeMemory.of(asm.toBytes(), arena);
        cpuid = code;
        xgetbv = code.asSlice(second);
    }

    @Override
    public Features.Leaf cpuid(int leaf, int subleaf) {
        long[] values = {leaf, subleaf, 0, 0};
        NativeCall.numbers(cpuid, values);
        return new Features.Leaf(
                (int) values[0], (int) values[1], (int) values[2], (int) values[3]);
    }

    @Override
    public long xgetbv() {
        long[] values = new long[2];
        NativeCall.numbers(xgetbv, values);
        return values[0] & 0xFFFF_FFFFL | values[1] << 32;
    }
}

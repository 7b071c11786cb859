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
        asm.mov32(Gpr.RAX, Mem.at(Gpr.RDI, 0));
        asm.mov32(Gpr.RCX, Mem.at(Gpr.RDI, 4));
        asm.cpuid();
        asm.mov32(Mem.at(Gpr.RDI, 0), Gpr.RAX);
        asm.mov32(Mem.at(Gpr.RDI, 4), Gpr.RBX);
        asm.mov32(Mem.at(Gpr.RDI, 8), Gpr.RCX);
        asm.mov32(Mem.at(Gpr.RDI, 12), Gpr.RDX);
        asm.pop(Gpr.RBX);
        asm.ret();
        int second = asm.size();
        asm.clear(Gpr.RCX);
        asm.xgetbv();
        asm.mov32(Mem.at(Gpr.RDI, 0), Gpr.RAX);
        asm.mov32(Mem.at(Gpr.RDI, 4), Gpr.RDX);
        asm.ret();
        MemorySegment code = CodeMemory.of(asm.toBytes(), arena);
        cpuid = code;
        xgetbv = code.asSlice(second);
    }

    @Override
    public Features.Leaf cpuid(int leaf, int subleaf) {
        int[] values = {leaf, subleaf, 0, 0};
        NativeCall.numbers(cpuid, values);
        return new Features.Leaf(values[0], values[1], values[2], values[3]);
    }

    @Override
    public long xgetbv() {
        int[] values = new int[2];
        NativeCall.numbers(xgetbv, values);
        return values[0] & 0xFFFF_FFFFL | (long) values[1] << 32;
    }
}

package quern.machinecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What the assembler writes is what another disassembler reads. */
class AssemblerTest {
    private static final Opmask K1 = Opmask.K1;

    private final VectorAssembler asm = new VectorAssembler();
    private final List<String> expected = new ArrayList<>();

    private void add(String text, Consumer<VectorAssembler> instruction) {
        instruction.accept(asm);
        expected.add(text);
    }

    private void compare() throws Exception {
        Assumptions.assumeTrue(Disassembler.isThere(), "objdump is not installed");
        assertEquals(
                String.join("\n", expected), String.join("\n", Disassembler.read(asm.toBytes())));
    }

    private static Vec x(int number) {
        return Vec.xmm(number);
    }

    private static Vec y(int number) {
        return Vec.ymm(number);
    }

    private static Vec z(int number) {
        return Vec.zmm(number);
    }

    @Test
    void generalRegisters() throws Exception {
        add("push rbx", a -> a.push(Gpr.RBX));
        add("push r15", a -> a.push(Gpr.R15));
        add("pop rbp", a -> a.pop(Gpr.RBP));
        add("pop r12", a -> a.pop(Gpr.R12));
        add("ret", Assembler::ret);
        add("mov rax,r9", a -> a.mov(Gpr.RAX, Gpr.R9));
        add("mov r10,rdx", a -> a.mov(Gpr.R10, Gpr.RDX));
        add("mov rax,QWORD PTR [rsp+0x38]", a -> a.mov(Gpr.RAX, Mem.at(Gpr.RSP, 56)));
        add("mov r11,QWORD PTR [rdi]", a -> a.mov(Gpr.R11, Mem.at(Gpr.RDI, 0)));
        add("mov QWORD PTR [rdi+0x80],r8", a -> a.mov(Mem.at(Gpr.RDI, 128), Gpr.R8));
        add("xor ecx,ecx", a -> a.clear(Gpr.RCX));
        add("xor r14d,r14d", a -> a.clear(Gpr.R14));
        add("add rsi,QWORD PTR [rdi]", a -> a.add(Gpr.RSI, Mem.at(Gpr.RDI, 0)));
        add("add QWORD PTR [rdi+0x18],r8", a -> a.add(Mem.at(Gpr.RDI, 24), Gpr.R8));
        add("add QWORD PTR [rdi+0x40],0xffffffffffffffff", a -> a.add(Mem.at(Gpr.RDI, 64), -1));
        add("add r10,r11", a -> a.add(Gpr.R10, Gpr.R11));
        add("add rsi,0x18", a -> a.add(Gpr.RSI, 24));
        add("add r12,0x12345", a -> a.add(Gpr.R12, 0x12345));
        add("cmp rbx,0x0", a -> a.cmp(Gpr.RBX, 0));
        add("cmp r8,0x1000", a -> a.cmp(Gpr.R8, 0x1000));
        add("cmp QWORD PTR [rdi+0x50],0x0", a -> a.cmp(Mem.at(Gpr.RDI, 80), 0));
        add("cpuid", Assembler::cpuid);
        add("xgetbv", Assembler::xgetbv);
        compare();
    }

    @Test
    void addresses() throws Exception {
        add(
                "movsxd rax,DWORD PTR [rcx+rbx*4]",
                a -> a.movsxd(Gpr.RAX, Mem.at(Gpr.RCX, Gpr.RBX, 4, 0)));
        add("movsxd r12,DWORD PTR [rsi+0x14]", a -> a.movsxd(Gpr.R12, Mem.at(Gpr.RSI, 20)));
        add("lea rbp,[rax+rbp*4]", a -> a.lea(Gpr.RBP, Mem.at(Gpr.RAX, Gpr.RBP, 4, 0)));
        add("lea r13,[rax+r13*1]", a -> a.lea(Gpr.R13, Mem.at(Gpr.RAX, Gpr.R13, 1, 0)));
        add("lea rax,[rbp+rax*8+0x0]", a -> a.lea(Gpr.RAX, Mem.at(Gpr.RBP, Gpr.RAX, 8, 0)));
        add("lea rax,[r13+r12*2+0x0]", a -> a.lea(Gpr.RAX, Mem.at(Gpr.R13, Gpr.R12, 2, 0)));
        add("lea rax,[r12+0x7f]", a -> a.lea(Gpr.RAX, Mem.at(Gpr.R12, 127)));
        add("lea rax,[rsp-0x80]", a -> a.lea(Gpr.RAX, Mem.at(Gpr.RSP, -128)));
        add("lea rax,[rdx-0x81]", a -> a.lea(Gpr.RAX, Mem.at(Gpr.RDX, -129)));
        compare();
    }

    @Test
    void jumps() throws Exception {
        Label back = new Label();
        Label forth = new Label();
        asm.bind(back);
        add("jz 0x12", a -> a.jz(forth));
        add("jnz 0x0", a -> a.jnz(back));
        add("ret", Assembler::ret);
        add("jmp 0x12", a -> a.jmp(forth));
        asm.bind(forth);
        add("jmp 0x0", a -> a.jmp(back));
        assertThrows(IllegalStateException.class, () -> asm.bind(back));
        compare();
    }

    @Test
    void vectorsOf256Bits() throws Exception {
        add("vzeroupper", VectorAssembler::vzeroupper);
        add("vmovups ymm1,ymm12", a -> a.vmovups(y(1), y(12)));
        add("vmovups ymm9,YMMWORD PTR [r10+0x20]", a -> a.vmovups(y(9), Mem.at(Gpr.R10, 32)));
        add("vmovups YMMWORD PTR [rax+0x400],ymm9", a -> a.vmovups(Mem.at(Gpr.RAX, 1024), y(9)));
        add(
                "vmaskmovps ymm14,ymm15,YMMWORD PTR [rax+r9*4]",
                a -> a.vmaskmovps(y(14), y(15), Mem.at(Gpr.RAX, Gpr.R9, 4, 0)));
        add(
                "vmaskmovps YMMWORD PTR [rax+0x20],ymm15,ymm3",
                a -> a.vmaskmovps(Mem.at(Gpr.RAX, 32), y(15), y(3)));
        add(
                "vbroadcastss ymm14,DWORD PTR [r15+rax*4]",
                a -> a.vbroadcastss(y(14), Mem.at(Gpr.R15, Gpr.RAX, 4, 0)));
        add(
                "vpbroadcastd ymm15,DWORD PTR [rbp+rax*1+0x0]",
                a -> a.vpbroadcastd(y(15), Mem.at(Gpr.RBP, Gpr.RAX, 1, 0)));
        add("vpbroadcastd xmm12,DWORD PTR [r8]", a -> a.vpbroadcastd(x(12), Mem.at(Gpr.R8, 0)));
        add("vaddps ymm0,ymm8,ymm15", a -> a.vaddps(y(0), y(8), y(15)));
        add("vminps ymm10,ymm13,ymm10", a -> a.vminps(y(10), y(13), y(10)));
        add("vmaxps ymm10,ymm12,ymm10", a -> a.vmaxps(y(10), y(12), y(10)));
        add("vfmadd231ps ymm11,ymm14,ymm13", a -> a.vfmadd231ps(y(11), y(14), y(13)));
        add(
                "vfmadd231ps ymm2,ymm12,YMMWORD PTR [r14+rax*4+0x20]",
                a -> a.vfmadd231ps(y(2), y(12), Mem.at(Gpr.R14, Gpr.RAX, 4, 32)));
        add("vpaddd ymm2,ymm2,ymm13", a -> a.vpaddd(y(2), y(2), y(13)));
        add("vpxor ymm15,ymm15,ymm14", a -> a.vpxor(y(15), y(15), y(14)));
        add("vpxor xmm12,xmm12,xmm15", a -> a.vpxor(x(12), x(12), x(15)));
        add("{vex} vpdpbusd ymm3,ymm15,ymm12", a -> a.vpdpbusd(y(3), y(15), y(12)));
        add("vpmaddwd ymm13,ymm12,ymm13", a -> a.vpmaddwd(y(13), y(12), y(13)));
        add("vphaddd ymm1,ymm1,ymm2", a -> a.vphaddd(y(1), y(1), y(2)));
        add("vpmovsxbw ymm13,XMMWORD PTR [r10+0x10]", a -> a.vpmovsxbw(y(13), Mem.at(Gpr.R10, 16)));
        add("vpmovzxbw ymm12,xmm12", a -> a.vpmovzxbw(y(12), x(12)));
        add("vpmovzxdq ymm4,XMMWORD PTR [rax+0x30]", a -> a.vpmovzxdq(y(4), Mem.at(Gpr.RAX, 48)));
        add("vpermq ymm1,ymm9,0xd8", a -> a.vpermq(y(1), y(9), 0xD8));
        compare();
    }

    @Test
    void vectorsOf512Bits() throws Exception {
        add("vmovups zmm1,zmm31", a -> a.vmovups(z(1), z(31)));
        add("vmovups zmm24,ZMMWORD PTR [r10]", a -> a.vmovups(z(24), Mem.at(Gpr.R10, 0)));
        add("vmovups zmm27,ZMMWORD PTR [r10+0xc0]", a -> a.vmovups(z(27), Mem.at(Gpr.R10, 192)));
        add("vmovups zmm7,ZMMWORD PTR [r13+0x30]", a -> a.vmovups(z(7), Mem.at(Gpr.R13, 48)));
        add(
                "vmovups ZMMWORD PTR [rax-0x2000],zmm16",
                a -> a.vmovups(Mem.at(Gpr.RAX, -8192), z(16)));
        add("vmovups ZMMWORD PTR [rax+0x2000],zmm8", a -> a.vmovups(Mem.at(Gpr.RAX, 8192), z(8)));
        add(
                "vmovups zmm20{k1}{z},ZMMWORD PTR [rax+0x40]",
                a -> a.vmovups(z(20), K1, Mem.at(Gpr.RAX, 64)));
        add(
                "vmovups ZMMWORD PTR [rax+r11*4]{k7},zmm20",
                a -> a.vmovups(Mem.at(Gpr.RAX, Gpr.R11, 4, 0), Opmask.K7, z(20)));
        add("vpmovd2m k1,zmm24", a -> a.vpmovd2m(K1, z(24)));
        add(
                "vbroadcastss zmm28,DWORD PTR [r15+rax*4+0x4]",
                a -> a.vbroadcastss(z(28), Mem.at(Gpr.R15, Gpr.RAX, 4, 4)));
        add(
                "vpbroadcastd zmm30,DWORD PTR [rbp+rax*1+0x0]",
                a -> a.vpbroadcastd(z(30), Mem.at(Gpr.RBP, Gpr.RAX, 1, 0)));
        add(
                "vpbroadcastd zmm28,DWORD PTR [rdi+0x78]",
                a -> a.vpbroadcastd(z(28), Mem.at(Gpr.RDI, 120)));
        add("vaddps zmm0,zmm8,zmm26", a -> a.vaddps(z(0), z(8), z(26)));
        add("vminps zmm23,zmm25,zmm23", a -> a.vminps(z(23), z(25), z(23)));
        add("vmaxps zmm10,zmm24,zmm10", a -> a.vmaxps(z(10), z(24), z(10)));
        add("vfmadd231ps zmm11,zmm28,zmm24", a -> a.vfmadd231ps(z(11), z(28), z(24)));
        add("vfmadd231ps ymm16,ymm1,ymm2", a -> a.vfmadd231ps(y(16), y(1), y(2)));
        add(
                "vfmadd231ps zmm1,zmm24,DWORD BCST [r12+rax*4]",
                a -> a.vfmadd231ps(z(1), z(24), Mem.at(Gpr.R12, Gpr.RAX, 4, 0).broadcasting()));
        add(
                "vfmadd231ps zmm17,zmm3,DWORD BCST [r8+0x8]",
                a -> a.vfmadd231ps(z(17), z(3), Mem.at(Gpr.R8, 8).broadcasting()));
        add(
                "vfmadd231ps zmm2,zmm12,ZMMWORD PTR [r14+rax*4+0x80]",
                a -> a.vfmadd231ps(z(2), z(12), Mem.at(Gpr.R14, Gpr.RAX, 4, 128)));
        add(
                "vfmadd231ps zmm19{k1},zmm27,ZMMWORD PTR [r14+r15*4+0xc0]",
                a -> a.vfmadd231ps(z(19), K1, z(27), Mem.at(Gpr.R14, Gpr.R15, 4, 192)));
        add("vpxord zmm29,zmm29,zmm28", a -> a.vpxor(z(29), z(29), z(28)));
        add("vpdpbusd zmm23,zmm31,zmm27", a -> a.vpdpbusd(z(23), z(31), z(27)));
        add("vpmovb2m k1,zmm4", a -> a.vpmovb2m(K1, z(4)));
        add("vpermi2b zmm4,zmm20,zmm1", a -> a.vpermi2b(z(4), z(20), z(1)));
        add("vpblendmb zmm24{k1},zmm4,zmm13", a -> a.vpblendmb(z(24), K1, z(4), z(13)));
        compare();
    }

    @Test
    void requantization() throws Exception {
        add("vmulps zmm1,zmm2,zmm19", a -> a.vmulps(z(1), z(2), z(19)));
        add("vcvtdq2ps zmm1,zmm20", a -> a.vcvtdq2ps(z(1), z(20)));
        add("vcvtps2dq zmm21,zmm2", a -> a.vcvtps2dq(z(21), z(2)));
        add(
                "vpmovdb XMMWORD PTR [rax+0x20],zmm3",
                a -> a.vpmovdb(Mem.at(Gpr.RAX, 32), Opmask.K0, z(3)));
        add("vpmovdb XMMWORD PTR [r9]{k1},zmm3", a -> a.vpmovdb(Mem.at(Gpr.R9, 0), K1, z(3)));
        add("vpmovqd YMMWORD PTR [rdx+0x40],zmm3", a -> a.vpmovqd(Mem.at(Gpr.RDX, 64), z(3)));
        add("vpmovwb YMMWORD PTR [rdx],zmm19", a -> a.vpmovwb(Mem.at(Gpr.RDX, 0), z(19)));
        add("vpsubd zmm1,zmm2,zmm3", a -> a.vpsubd(z(1), z(2), z(3)));
        add("vpminsd zmm1,zmm2,zmm30", a -> a.vpminsd(z(1), z(2), z(30)));
        add("vpmaxsd zmm1,zmm2,zmm3", a -> a.vpmaxsd(z(1), z(2), z(3)));
        add("vpaddq zmm1,zmm17,zmm3", a -> a.vpaddq(z(1), z(17), z(3)));
        add("vpmuldq zmm1,zmm2,zmm3", a -> a.vpmuldq(z(1), z(2), z(3)));
        add("vpbroadcastq zmm2,QWORD PTR [rdi+0x8]", a -> a.vpbroadcastq(z(2), CallBlock.place(1)));
        add("vpsrld zmm1,zmm18,0x1f", a -> a.vpsrld(z(1), z(18), 31));
        add("vpsrad zmm19,zmm2,0x1", a -> a.vpsrad(z(19), z(2), 1));
        add("vpsrlq zmm1,zmm2,0x20", a -> a.vpsrlq(z(1), z(2), 32));
        add("vpsllq zmm1,zmm2,0x1", a -> a.vpsllq(z(1), z(2), 1));
        add("vpsravd zmm1,zmm2,zmm3", a -> a.vpsravd(z(1), z(2), z(3)));
        add("vpblendmd zmm1{k1},zmm4,zmm13", a -> a.vpblendmd(z(1), K1, z(4), z(13)));
        compare();
    }

    @Test
    void functions() throws Exception {
        add("vsubps zmm1,zmm2,zmm19", a -> a.vsubps(z(1), z(2), z(19)));
        add("vdivps zmm1,zmm2,zmm3", a -> a.vdivps(z(1), z(2), z(3)));
        add("vfmadd132ps zmm1,zmm2,zmm3", a -> a.vfmadd132ps(z(1), z(2), z(3)));
        add("vfmadd213ps zmm1,zmm2,zmm23", a -> a.vfmadd213ps(z(1), z(2), z(23)));
        add("vfnmadd231ps zmm1,zmm2,zmm3", a -> a.vfnmadd231ps(z(1), z(2), z(3)));
        add("vscalefps zmm1,zmm2,zmm3", a -> a.vscalefps(z(1), z(2), z(3)));
        add("vpord zmm1,zmm2,zmm28", a -> a.vpor(z(1), z(2), z(28)));
        add("valignd zmm1,zmm2,zmm3,0x8", a -> a.valignd(z(1), z(2), z(3), 8));
        add("vaddps zmm1{k1},zmm2,zmm3", a -> a.vaddps(z(1), K1, z(2), z(3)));
        add("vmaxps zmm1{k1},zmm30,zmm3", a -> a.vmaxps(z(1), K1, z(30), z(3)));
        compare();
    }

    @Test
    void everyKernelIsReadable() throws Exception {
        Assumptions.assumeTrue(Disassembler.isThere(), "objdump is not installed");
        for (Isa isa : Isa.values()) {
            List<String> lines = Disassembler.read(Kernels.of(isa).code());
            assertEquals(List.of(), lines.stream().filter(l -> l.contains("(bad)")).toList());
        }
        VectorAssembler lookup = new VectorAssembler();
        LookupCode.emit(lookup);
        List<String> lines = Disassembler.read(lookup.toBytes());
        assertEquals(List.of(), lines.stream().filter(l -> l.contains("(bad)")).toList());
    }
}

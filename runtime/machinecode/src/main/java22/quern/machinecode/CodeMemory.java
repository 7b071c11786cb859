package quern.machinecode;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Pages of the operating system that hold code: written first, then executable and fixed. */
final class CodeMemory {
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int EXECUTE = 4;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final long FAILED = -1;

    private CodeMemory() {}

    /**
     * Puts code into pages of its own.
     *
     * @param arena its end gives the pages back
     * @throws IllegalCallerException if this module must not call native code
     * @throws UnsupportedOperationException if the operating system refuses; the message says what
     */
    static MemorySegment of(byte[] code, Arena arena) {
        Linker linker = Linker.nativeLinker();
        MethodHandle map =
                handle(
                        linker,
                        "mmap",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG));
        MethodHandle protect =
                handle(
                        linker,
                        "mprotect",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT));
        MethodHandle unmap =
                handle(
                        linker,
                        "munmap",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG));
        try {
            long size = code.length;
            long address =
                    (long) map.invokeExact(0L, size, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0L);
            if (address == FAILED) {
                throw new UnsupportedOperationException("mmap gives no memory for code");
            }
            MemorySegment pages =
                    MemorySegment.ofAddress(address)
                            .reinterpret(size, arena, ended -> release(unmap, ended));
            MemorySegment.copy(code, 0, pages, ValueLayout.JAVA_BYTE, 0, code.length);
            if ((int) protect.invokeExact(address, size, READ | EXECUTE) != 0) {
                throw new UnsupportedOperationException("mprotect makes no memory executable");
            }
            return pages;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle handle(Linker linker, String name, FunctionDescriptor type) {
        MemorySegment function =
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(
                                () -> new UnsupportedOperationException("there is no " + name));
        return linker.downcallHandle(function, type);
    }

    private static void release(MethodHandle unmap, MemorySegment pages) {
        try {
            int ignored = (int) unmap.invokeExact(pages.address(), pages.byteSize());
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}

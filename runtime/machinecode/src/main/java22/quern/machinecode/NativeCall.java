package quern.machinecode;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Calls of code at an address, given arrays in place. Each call must be short: GC waits for it. */
final class NativeCall {
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    // Only a constant handle is compiled into the caller; any other allocates.
    private static final MethodHandle KERNEL =
            Linker.nativeLinker()
                    .downcallHandle(
                            FunctionDescriptor.ofVoid(
                                    POINTER, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER,
                                    POINTER),
                            Linker.Option.critical(true));

    private static final int[] NO_INTS = {};
    private static final float[] NO_FLOATS = {};

    private NativeCall() {}

    /** Code that takes numbers and leaves numbers. */
    static void numbers(MemorySegment code, long[] values) {
        floats(code, values, NO_INTS, NO_INTS, NO_INTS, NO_FLOATS, NO_FLOATS, NO_FLOATS, NO_FLOATS);
    }

    /** A kernel of float32 numbers. */
    static void floats(
            MemorySegment code,
            long[] block,
            int[] from,
            int[] to,
            int[] taps,
            float[] x,
            float[] w,
            float[] bias,
            float[] y) {
        try {
            KERNEL.invokeExact(
                    code,
                    MemorySegment.ofArray(block),
                    MemorySegment.ofArray(from),
                    MemorySegment.ofArray(to),
                    MemorySegment.ofArray(taps),
                    MemorySegment.ofArray(x),
                    MemorySegment.ofArray(w),
                    MemorySegment.ofArray(bias),
                    MemorySegment.ofArray(y));
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** From numbers to numbers. */
    static void floats(MemorySegment code, long[] block, float[] x, float[] y) {
        MemorySegment out = MemorySegment.ofArray(y);
        call(code, block, MemorySegment.ofArray(x), out, out, out, out);
    }

    /** A kernel of codes. */
    static void codes(
            MemorySegment code,
            long[] block,
            int[] from,
            int[] taps,
            byte[] x,
            byte[] w,
            int[] bias,
            int[] y) {
        try {
            KERNEL.invokeExact(
                    code,
                    MemorySegment.ofArray(block),
                    MemorySegment.ofArray(from),
                    MemorySegment.ofArray(from),
                    MemorySegment.ofArray(taps),
                    MemorySegment.ofArray(x),
                    MemorySegment.ofArray(w),
                    MemorySegment.ofArray(bias),
                    MemorySegment.ofArray(y));
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Accumulators by integer factors. */
    static void codes(
            MemorySegment code,
            long[] block,
            int[] to,
            int[] acc,
            int[] factors,
            int[] shifts,
            byte[] y) {
        call(
                code,
                block,
                MemorySegment.ofArray(to),
                MemorySegment.ofArray(acc),
                MemorySegment.ofArray(factors),
                MemorySegment.ofArray(shifts),
                MemorySegment.ofArray(y));
    }

    /** Accumulators by numbers. */
    static void codes(
            MemorySegment code, long[] block, int[] to, int[] acc, float[] factors, byte[] y) {
        MemorySegment all = MemorySegment.ofArray(factors);
        call(
                code,
                block,
                MemorySegment.ofArray(to),
                MemorySegment.ofArray(acc),
                all,
                all,
                MemorySegment.ofArray(y));
    }

    /** A table of bytes. */
    static void bytes(MemorySegment code, long[] block, byte[] x, byte[] table, byte[] y) {
        MemorySegment out = MemorySegment.ofArray(y);
        MemorySegment in = MemorySegment.ofArray(x);
        call(code, block, in, MemorySegment.ofArray(table), out, out, out);
    }

    /** From bytes to bytes. */
    static void bytes(MemorySegment code, long[] block, byte[] x, byte[] y) {
        MemorySegment out = MemorySegment.ofArray(y);
        call(code, block, MemorySegment.ofArray(x), out, out, out, out);
    }

    private static void call(
            MemorySegment code,
            long[] block,
            MemorySegment first,
            MemorySegment second,
            MemorySegment third,
            MemorySegment fourth,
            MemorySegment fifth) {
        MemorySegment numbers = MemorySegment.ofArray(block);
        try {
            KERNEL.invokeExact(
                    code, numbers, first, second, third, fourth, fifth, numbers, numbers);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    private static RuntimeException failure(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException known ? known : new IllegalStateException(e);
    }
}

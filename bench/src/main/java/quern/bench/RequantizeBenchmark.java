package quern.bench;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.ScalarMicrokernels;

/** Accumulators of one pixel to codes, one factor a channel, in each rounding mode. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequantizeBenchmark {
    private static final int ZERO = -3;
    private static final int MIN = -128;
    private static final int MAX = 127;

    @Param({"16", "64", "256"})
    public int channels;

    private final Microkernels kernels = new ScalarMicrokernels();
    private int[] sums;
    private int[] mantissas;
    private int[] shifts;
    private float[] scales;
    private byte[] codes;

    @Setup
    public void fill() {
        Random random = new Random(1);
        sums = random.ints(channels, -60_000, 60_000).toArray();
        mantissas = random.ints(channels, 1 << 30, Integer.MAX_VALUE).toArray();
        shifts = new int[channels];
        Arrays.fill(shifts, 8);
        scales = new float[channels];
        for (int c = 0; c < channels; c++) {
            scales[c] = (float) Math.scalb((double) mantissas[c], -31 - 8);
        }
        codes = new byte[channels];
    }

    @Benchmark
    public byte[] requantizeDouble() {
        kernels.requantizeDouble(sums, channels, mantissas, shifts, 0, 1, ZERO, MIN, MAX, codes, 0);
        return codes;
    }

    @Benchmark
    public byte[] requantizeSingle() {
        kernels.requantizeSingle(sums, channels, mantissas, shifts, 0, 1, ZERO, MIN, MAX, codes, 0);
        return codes;
    }

    @Benchmark
    public byte[] requantizeFloatEven() {
        kernels.requantizeFloatEven(sums, channels, scales, 0, 1, ZERO, MIN, MAX, codes, 0);
        return codes;
    }
}

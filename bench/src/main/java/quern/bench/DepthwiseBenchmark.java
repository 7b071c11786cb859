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

/** One pixel of a 3 x 3 depthwise convolution, its nine taps side by side. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DepthwiseBenchmark {
    private static final int TAPS = 9;
    private static final int ZERO = -3;

    @Param({"16", "64", "256"})
    public int channels;

    private final Microkernels kernels = new ScalarMicrokernels();
    private byte[] codes;
    private float[] reals;
    private int[][] codeWeights;
    private float[][] realWeights;
    private int[] sums;
    private float[] realSums;

    @Setup
    public void fill() {
        Random random = new Random(1);
        codes = new byte[TAPS * channels];
        random.nextBytes(codes);
        reals = new float[codes.length];
        for (int i = 0; i < codes.length; i++) {
            reals[i] = codes[i] / 128f;
        }
        codeWeights = new int[TAPS][channels];
        realWeights = new float[TAPS][channels];
        for (int t = 0; t < TAPS; t++) {
            Arrays.setAll(codeWeights[t], c -> random.nextInt(255) - 127);
            for (int c = 0; c < channels; c++) {
                realWeights[t][c] = codeWeights[t][c] / 127f;
            }
        }
        sums = new int[channels];
        realSums = new float[channels];
    }

    @Benchmark
    public float[] depthwiseF32() {
        Arrays.fill(realSums, 0);
        kernels.depthwiseF32(reals, 0, channels, TAPS, realWeights, 0, realSums, channels);
        return realSums;
    }

    @Benchmark
    public int[] depthwiseS8S32() {
        Arrays.fill(sums, 0);
        kernels.depthwiseS8S32(codes, 0, channels, TAPS, -1, ZERO, codeWeights, 0, sums, channels);
        return sums;
    }
}

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

/** One pixel of a convolution: {@code depth} inputs times a panel of {@code channels} outputs. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GemvBenchmark {
    private static final int ZERO = -3;

    @Param({"16", "64"})
    public int channels;

    @Param({"9", "144", "576"})
    public int depth;

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
        codes = new byte[depth];
        random.nextBytes(codes);
        reals = new float[depth];
        codeWeights = new int[depth][channels];
        realWeights = new float[depth][channels];
        for (int i = 0; i < depth; i++) {
            reals[i] = codes[i] / 128f;
            Arrays.setAll(codeWeights[i], c -> random.nextInt(255) - 127);
            for (int c = 0; c < channels; c++) {
                realWeights[i][c] = codeWeights[i][c] / 127f;
            }
        }
        sums = new int[channels];
        realSums = new float[channels];
    }

    @Benchmark
    public float[] gemvF32() {
        Arrays.fill(realSums, 0);
        kernels.gemvF32(reals, 0, depth, realWeights, 0, realSums, channels);
        return realSums;
    }

    @Benchmark
    public int[] gemvS8S32() {
        Arrays.fill(sums, 0);
        kernels.gemvS8S32(codes, 0, depth, -1, ZERO, codeWeights, 0, sums, channels);
        return sums;
    }
}

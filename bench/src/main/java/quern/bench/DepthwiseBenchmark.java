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

/** A row of outputs of a 3 x 3 depthwise convolution: nine rows of inputs times nine of weights. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DepthwiseBenchmark {
    private static final int TAPS = 9;

    @Param({"16", "64", "256"})
    public int n;

    private final Microkernels kernels = new ScalarMicrokernels();
    private int[][] steps;
    private float[][] reals;
    private int[][] weights;
    private float[][] realWeights;
    private int[] sums;
    private float[] realSums;

    @Setup
    public void fill() {
        Random random = new Random(1);
        steps = new int[TAPS][n];
        weights = new int[TAPS][n];
        reals = new float[TAPS][n];
        realWeights = new float[TAPS][n];
        for (int t = 0; t < TAPS; t++) {
            Arrays.setAll(steps[t], i -> random.nextInt(256) - 128);
            Arrays.setAll(weights[t], i -> random.nextInt(255) - 127);
            for (int i = 0; i < n; i++) {
                reals[t][i] = steps[t][i] / 128f;
                realWeights[t][i] = weights[t][i] / 127f;
            }
        }
        sums = new int[n];
        realSums = new float[n];
    }

    @Benchmark
    public float[] depthwiseF32() {
        Arrays.fill(realSums, 0);
        kernels.depthwiseF32(reals, 0, TAPS, realWeights, 0, realSums, n);
        return realSums;
    }

    @Benchmark
    public int[] depthwiseS32() {
        Arrays.fill(sums, 0);
        kernels.depthwiseS32(steps, 0, TAPS, weights, 0, sums, n);
        return sums;
    }
}

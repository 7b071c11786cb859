package quern.runtime.kernel;

import java.util.Arrays;
import java.util.Optional;
import quern.fixedpoint.Requantizer;
import quern.fixedpoint.RoundingMode;
import quern.runtime.micro.Factors;
import quern.runtime.micro.Microkernels;

/** The output stage of accumulating kernels: the factors of a {@link Requantizer} as arrays. */
final class Requantization implements OutputStage {
    private final Microkernels micro;
    private final Requantizer general;
    private final int channels;
    private final Factors factors;
    private final double[] exact;
    private final boolean fits;

    /**
     * @param channels number of output channels
     * @param times how many times over all channels stand next to each other in a row of
     *     accumulators
     */
    Requantization(Microkernels micro, Requantizer r, int channels, int times) {
        this.micro = micro;
        this.general = r;
        this.channels = Math.max(channels, 1);
        RoundingMode mode = r.mode();
        int n = r.perChannel() ? channels * times : 1;
        int[] mantissas = new int[n];
        int[] rights = new int[n];
        float[] scales = new float[n];
        this.exact = new double[mode == RoundingMode.ONNX_REF ? n : 0];
        for (int i = 0; i < n; i++) {
            int c = i % this.channels;
            switch (mode) {
                case DOUBLE, SINGLE -> {
                    mantissas[i] = r.mantissa(c);
                    rights[i] = right(mode, r.mantissa(c), r.shift(c));
                }
                case FLOAT_EVEN, XNNPACK -> scales[i] = r.scale(c);
                case ONNX_REF -> exact[i] = r.factor(c);
            }
        }
        int step = r.perChannel() ? 1 : 0;
        this.factors =
                new Factors(mode, mantissas, rights, scales, step, r.zeroPoint(), r.min(), r.max());
        this.fits =
                switch (mode) {
                    case DOUBLE -> Arrays.stream(rights).allMatch(right -> right > 0);
                    case SINGLE, FLOAT_EVEN, XNNPACK -> true;
                    case ONNX_REF -> false;
                };
    }

    private static int right(RoundingMode mode, int mantissa, int shift) {
        if (mode == RoundingMode.SINGLE) {
            return 31 - shift;
        }
        // Any shift will do for a factor of zero.
        return mantissa == 0 ? 1 : -shift;
    }

    /** The factors, if {@link Microkernels#codes} takes them. */
    Optional<Factors> factors() {
        return isSums() || !fits ? Optional.empty() : Optional.of(factors);
    }

    /** Whether accumulators stay as they are. */
    boolean isSums() {
        return general.isSums();
    }

    @Override
    public void run(int[] acc, int n, int channel, byte[] y, int yOffset) {
        run(acc, n, channel, factors.step(), y, yOffset);
    }

    /** Writes the codes of {@code n} accumulators that all belong to output {@code channel}. */
    void channel(int[] acc, int n, int channel, byte[] y, int yOffset) {
        run(acc, n, channel, 0, y, yOffset);
    }

    private void run(int[] acc, int n, int channel, int next, byte[] y, int yOffset) {
        int first = channel * factors.step();
        if (fits) {
            factors.run(micro, acc, n, first, next, y, yOffset);
        } else if (factors.mode() == RoundingMode.ONNX_REF) {
            for (int i = 0; i < n; i++) {
                double code = Math.rint(acc[i] * exact[first + i * next] + factors.zero());
                y[yOffset + i] = (byte) Math.min(Math.max(code, factors.min()), factors.max());
            }
        } else {
            for (int i = 0; i < n; i++) {
                y[yOffset + i] = (byte) general.apply(acc[i], (channel + i * next) % channels);
            }
        }
    }
}

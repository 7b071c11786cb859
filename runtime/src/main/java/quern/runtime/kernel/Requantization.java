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
    private final RoundingMode mode;
    private final int[] mantissas;
    private final int[] rights;
    private final float[] scales;
    private final double[] factors;
    private final boolean small;
    private final Requantizer general;
    private final int channels;
    private final int step;
    private final int zero;
    private final int min;
    private final int max;

    /**
     * @param channels number of output channels
     * @param times how many times over all channels stand next to each other in a row of
     *     accumulators
     */
    Requantization(Microkernels micro, Requantizer r, int channels, int times) {
        this.micro = micro;
        this.mode = r.mode();
        this.general = r;
        this.step = r.perChannel() ? 1 : 0;
        this.zero = r.zeroPoint();
        this.min = r.min();
        this.max = r.max();
        this.channels = Math.max(channels, 1);
        int n = r.perChannel() ? channels * times : 1;
        this.mantissas = new int[n];
        this.rights = new int[n];
        this.scales = new float[n];
        this.factors = new double[mode == RoundingMode.ONNX_REF ? n : 0];
        for (int i = 0; i < n; i++) {
            int c = i % this.channels;
            switch (mode) {
                case DOUBLE, SINGLE -> {
                    mantissas[i] = r.mantissa(c);
                    rights[i] = right(r.mantissa(c), r.shift(c));
                }
                case FLOAT_EVEN, XNNPACK -> scales[i] = r.scale(c);
                case ONNX_REF -> factors[i] = r.factor(c);
            }
        }
        this.small = Arrays.stream(rights).allMatch(right -> right > 0);
    }

    private int right(int mantissa, int shift) {
        if (mode == RoundingMode.SINGLE) {
            return 31 - shift;
        }
        // Any shift will do for a factor of zero.
        return mantissa == 0 ? 1 : -shift;
    }

    /** The factors, if {@link Microkernels#codes} takes them. */
    Optional<Factors> factors() {
        boolean fits =
                switch (mode) {
                    case DOUBLE, SINGLE -> small;
                    case FLOAT_EVEN, XNNPACK -> true;
                    case ONNX_REF -> false;
                };
        return isSums() || !fits
                ? Optional.empty()
                : Optional.of(new Factors(mode, mantissas, rights, scales, step, zero, min, max));
    }

    /** Whether accumulators stay as they are. */
    boolean isSums() {
        return general.isSums();
    }

    @Override
    public void run(int[] acc, int n, int channel, byte[] y, int yOffset) {
        run(acc, n, channel, step, y, yOffset);
    }

    /** Writes the codes of {@code n} accumulators that all belong to output {@code channel}. */
    void channel(int[] acc, int n, int channel, byte[] y, int yOffset) {
        run(acc, n, channel, 0, y, yOffset);
    }

    private void run(int[] acc, int n, int channel, int next, byte[] y, int yOffset) {
        int first = channel * step;
        switch (mode) {
            case DOUBLE -> {
                if (small) {
                    micro.requantizeDouble(
                            acc, n, mantissas, rights, first, next, zero, min, max, y, yOffset);
                } else {
                    for (int i = 0; i < n; i++) {
                        y[yOffset + i] =
                                (byte) general.apply(acc[i], (channel + i * next) % channels);
                    }
                }
            }
            case SINGLE ->
                    micro.requantizeSingle(
                            acc, n, mantissas, rights, first, next, zero, min, max, y, yOffset);
            case FLOAT_EVEN, XNNPACK ->
                    micro.requantizeFloatEven(
                            acc, n, scales, first, next, zero, min, max, y, yOffset);
            case ONNX_REF -> {
                for (int i = 0; i < n; i++) {
                    double code = Math.rint(acc[i] * factors[first + i * next] + zero);
                    y[yOffset + i] = (byte) Math.min(Math.max(code, min), max);
                }
            }
        }
    }
}

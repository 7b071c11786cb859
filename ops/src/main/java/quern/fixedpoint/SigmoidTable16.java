package quern.fixedpoint;

/**
 * Logistic and hyperbolic tangent of 16-bit codes by a table of 256 values of the logistic function
 * at multiples of 1/24, interpolated linearly.
 *
 * <p>The code is first scaled: {@code v = (x * multiplier + round) >> shift}, with {@code round}
 * half a unit of the shift, so that {@code v} counts in {@code 1 / (3 * 4096)} (3 times Q3.12).
 * Results are Q0.15. The table {@code T} holds {@code 65536 * g(i)} with {@code g(i) = 1 / (1 +
 * exp(-i/24))}, lowered by a sixteenth of the second difference of {@code g}, which spreads the
 * error of the interpolation to both sides, rounded to nearest and at most 65535; its last entry is
 * 65535.
 *
 * @param multiplier the factor of a code, not negative
 * @param shift the right shift after it, 0 to 31
 */
public record SigmoidTable16(int multiplier, int shift) {
    /** Codes a scaled value counts in one unit: three times the 4096 of Q3.12. */
    private static final double UNITS = 3 * 4096.0;

    private static final double LARGEST_MULTIPLIER = 32767;

    /** A power of two times up to this counts as that power of two: {@code 2^0.001}. */
    private static final double POWER_TOLERANCE = 1.0006933874625807;

    private static final int[] TABLE = {
        32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513, 38180, 38841, 39498, 40149,
        40794, 41432, 42064, 42688, 43304, 43912, 44511, 45102, 45683, 46255, 46817, 47369,
        47911, 48443, 48964, 49475, 49975, 50464, 50942, 51409, 51865, 52311, 52745, 53169,
        53581, 53983, 54374, 54755, 55125, 55485, 55834, 56174, 56503, 56823, 57133, 57433,
        57724, 58007, 58280, 58544, 58800, 59048, 59288, 59519, 59743, 59959, 60168, 60370,
        60565, 60753, 60935, 61110, 61279, 61441, 61599, 61750, 61896, 62036, 62172, 62302,
        62428, 62549, 62666, 62778, 62886, 62990, 63090, 63186, 63279, 63368, 63454, 63536,
        63615, 63691, 63765, 63835, 63903, 63968, 64030, 64090, 64148, 64204, 64257, 64308,
        64357, 64405, 64450, 64494, 64536, 64576, 64614, 64652, 64687, 64721, 64754, 64786,
        64816, 64845, 64873, 64900, 64926, 64950, 64974, 64997, 65019, 65039, 65060, 65079,
        65097, 65115, 65132, 65149, 65164, 65179, 65194, 65208, 65221, 65234, 65246, 65258,
        65269, 65280, 65291, 65301, 65310, 65319, 65328, 65337, 65345, 65352, 65360, 65367,
        65374, 65381, 65387, 65393, 65399, 65404, 65410, 65415, 65420, 65425, 65429, 65433,
        65438, 65442, 65445, 65449, 65453, 65456, 65459, 65462, 65465, 65468, 65471, 65474,
        65476, 65479, 65481, 65483, 65485, 65488, 65489, 65491, 65493, 65495, 65497, 65498,
        65500, 65501, 65503, 65504, 65505, 65507, 65508, 65509, 65510, 65511, 65512, 65513,
        65514, 65515, 65516, 65517, 65517, 65518, 65519, 65520, 65520, 65521, 65522, 65522,
        65523, 65523, 65524, 65524, 65525, 65525, 65526, 65526, 65526, 65527, 65527, 65528,
        65528, 65528, 65529, 65529, 65529, 65529, 65530, 65530, 65530, 65530, 65531, 65531,
        65531, 65531, 65531, 65532, 65532, 65532, 65532, 65532, 65532, 65533, 65533, 65533,
        65533, 65533, 65533, 65533, 65533, 65534, 65534, 65534, 65534, 65534, 65534, 65534,
        65534, 65534, 65534, 65535
    };

    public SigmoidTable16 {
        if (multiplier < 0 || shift < 0 || shift > 31) {
            throw new IllegalArgumentException(
                    "multiplier " + multiplier + " with a right shift of " + shift);
        }
    }

    /**
     * The scaling before {@link #sigmoid} of codes with zero point 0: {@code (3, 0)} for a scale of
     * {@code 2^-12}; otherwise {@code scale * 12288} doubled until it exceeds 16383.5 (31 times at
     * the most), truncated, and as many right shifts.
     *
     * @throws IllegalArgumentException if the scale is not positive and finite
     */
    public static SigmoidTable16 ofSigmoid(float scale) {
        return of(scale, 0);
    }

    /**
     * The scaling before {@link #tanh}: as {@link #ofSigmoid}, and {@code (6, 0)} for a scale of
     * {@code 2^-11}.
     *
     * @throws IllegalArgumentException if the scale is not positive and finite
     */
    public static SigmoidTable16 ofTanh(float scale) {
        return of(scale, 1);
    }

    private static SigmoidTable16 of(float scale, int largestPower) {
        Scales.positive("input scale", scale);
        for (int power = 0; power <= largestPower; power++) {
            double ratio = Math.scalb((double) scale, 12 - power);
            if (ratio < POWER_TOLERANCE && ratio * POWER_TOLERANCE > 1) {
                return new SigmoidTable16(3 << power, 0);
            }
        }
        double real = scale * UNITS;
        int shift = 0;
        while (real <= LARGEST_MULTIPLIER / 2 && shift <= 30) {
            real *= 2;
            shift++;
        }
        return new SigmoidTable16((int) real, shift);
    }

    /** Returns the logistic function of a code in Q0.15, 1 to 32767. */
    public int sigmoid(int x) {
        return sigmoid(x, multiplier, shift);
    }

    /** Returns the hyperbolic tangent of a code in Q0.15, -32767 to 32767. */
    public int tanh(int x) {
        return tanh(x, multiplier, shift);
    }

    /**
     * Returns the logistic function in Q0.15, 1 to 32767: of {@code a = |v|}, {@code T} at {@code a
     * / 512} with 9 fractional bits, rounded to 15 bits.
     *
     * @param x a code of 16 bits
     * @param multiplier not negative
     * @param shift 0 to 31
     */
    public static int sigmoid(int x, int multiplier, int shift) {
        long v = scaled(x, multiplier, shift);
        long a = Math.abs(v);
        int r = 0x7FFF << 10;
        if (a >> 9 < 255) {
            int u = (int) (a >> 9);
            r = (TABLE[u] << 9) + ((int) a & 511) * (TABLE[u + 1] - TABLE[u]);
        }
        return (v >= 0 ? r + 512 : (1 << 25) - r + 511) >> 10;
    }

    /**
     * Returns the hyperbolic tangent in Q0.15, -32767 to 32767, as {@code 2 * logistic(2v) - 1}:
     * {@code T} at {@code |v| / 256} with 8 fractional bits.
     *
     * @param x a code of 16 bits
     * @param multiplier not negative
     * @param shift 0 to 31
     */
    public static int tanh(int x, int multiplier, int shift) {
        long v = scaled(x, multiplier, shift);
        long a = Math.abs(v);
        int r = 0xFFFF << 8;
        if (a >> 8 < 255) {
            int u = (int) (a >> 8);
            r = (TABLE[u] << 8) + ((int) a & 255) * (TABLE[u + 1] - TABLE[u]);
        }
        return (v >= 0 ? r - (1 << 23) + 128 : (1 << 23) - r + 127) >> 8;
    }

    private static long scaled(int x, int multiplier, int shift) {
        return ((long) x * multiplier + ((1L << shift) >> 1)) >> shift;
    }
}

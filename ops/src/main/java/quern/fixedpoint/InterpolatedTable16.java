package quern.fixedpoint;

/**
 * A function of 16-bit codes as 513 values at equal distances, between which it is interpolated.
 *
 * <p>With {@code lo} and {@code hi} the real values of the smallest and the largest input code and
 * {@code k} the reciprocal of the output scale, everything in binary32 and {@code round} half away
 * from zero: {@code v = round(f(lo + i*step) * k)}, lowered by half of how far the middle of the
 * chord from {@code v} to {@code f(lo + (i+1)*step) * k} is above the function, rounded. Code
 * {@code x} reads entry {@code j = 256 + (x >> 7)} and {@code t[j] + ((t[j+1] - t[j]) * (x & 127) +
 * 64 >> 7)}.
 */
public final class InterpolatedTable16 {
    private static final int STEPS = 512;

    private final short[] values = new short[STEPS + 1];

    /** A function of a real number. */
    @FunctionalInterface
    public interface Function {
        float apply(float x);
    }

    /**
     * Makes the table of a function.
     *
     * @param inScale scale and zero point of the input codes
     * @param outScale scale of the output codes, whose zero point is 0
     */
    public InterpolatedTable16(float inScale, int inZeroPoint, float outScale, Function f) {
        float lo = inScale * (Short.MIN_VALUE - inZeroPoint);
        float hi = inScale * (Short.MAX_VALUE - inZeroPoint);
        float step = (hi - lo) / STEPS;
        float half = step / 2;
        float k = 65536f / (outScale * Short.MAX_VALUE - outScale * Short.MIN_VALUE);
        for (int i = 0; i < STEPS; i++) {
            float value = round(f.apply(lo + i * step) * k);
            float chord = round((f.apply(lo + (i + 1) * step) * k + value) / 2);
            float above = chord - round(f.apply(lo + i * step + half) * k);
            values[i] = code(value - round(above / 2));
        }
        values[STEPS] = code(round(f.apply(hi) * k));
    }

    private static float round(float x) {
        return (float) Rounding.halfAwayFromZero(x);
    }

    private static short code(float x) {
        return (short) Math.min(Math.max(x, Short.MIN_VALUE), Short.MAX_VALUE);
    }

    /** Entry {@code i}, 0 to 512. */
    int value(int i) {
        return values[i];
    }

    /** The function of the nearest 16-bit code. */
    public int at(int code) {
        int x = FixedPoint.clamp(code, Short.MIN_VALUE, Short.MAX_VALUE);
        int j = STEPS / 2 + (x >> 7);
        return values[j] + (((values[j + 1] - values[j]) * (x & 127) + 64) >> 7);
    }
}

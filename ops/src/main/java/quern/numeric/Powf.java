package quern.numeric;

/**
 * The power function in binary32, the same bits on every machine: {@code exp(y log |x|)} in
 * binary64, rounded once, with the sign of {@code x} for odd {@code y}. Special cases are those of
 * IEEE 754: as {@link Math#pow}, but 1 to any power, and -1 to an infinite one, is 1.
 *
 * <p>The error against {@link StrictMath#pow} is below 0.51 ulp.
 */
public final class Powf {
    private static final float TWO_TO_24 = 0x1p24f;

    private Powf() {}

    /** Returns {@code x} to the power of {@code y}. */
    public static float pow(float x, float y) {
        if (y == 0 || x == 1) {
            return 1;
        }
        if (x != x || y != y) {
            return Float.NaN;
        }
        float magnitude = Math.abs(x);
        if (Float.isInfinite(y)) {
            return magnitude == 1 ? 1 : magnitude > 1 == y > 0 ? Math.abs(y) : 0;
        }
        boolean whole = Math.abs(y) >= TWO_TO_24 || (int) y == y;
        boolean odd = whole && Math.abs(y) < TWO_TO_24 && ((int) y & 1) != 0;
        boolean negative = Float.floatToRawIntBits(x) < 0;
        float power;
        if (magnitude == 0 || Float.isInfinite(magnitude)) {
            power = magnitude > 0 == y > 0 ? Float.POSITIVE_INFINITY : 0;
        } else if (negative && !whole) {
            return Float.NaN;
        } else {
            power = (float) Wide.exp(y * Wide.log(magnitude));
        }
        return negative && odd ? -power : power;
    }
}

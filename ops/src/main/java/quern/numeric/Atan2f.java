package quern.numeric;

/**
 * The angle of a point in binary32, the same bits on every machine: the quotient of the smaller
 * coordinate by the larger one, the arc tangent of it by a series in binary64 around 0 or 1, the
 * octant put back, rounded once. Special cases are those of {@link Math#atan2}.
 *
 * <p>The error against {@link StrictMath#atan2} is below 0.51 ulp.
 */
public final class Atan2f {
    private static final double TAN_EIGHTH_PI = 0.41421356237309503;

    private Atan2f() {}

    /** Returns the angle of the point (x, y), -pi to pi. */
    public static float atan2(float y, float x) {
        if (x != x || y != y) {
            return Float.NaN;
        }
        double ax = Math.abs(x);
        double ay = Math.abs(y);
        double larger = Math.max(ax, ay);
        double smaller = Math.min(ax, ay);
        double quotient = larger == smaller ? (larger == 0 ? 0 : 1) : smaller / larger;
        double angle = atan(quotient);
        if (ay > ax) {
            angle = Math.PI / 2 - angle;
        }
        if (Float.floatToRawIntBits(x) < 0) {
            angle = Math.PI - angle;
        }
        return (float) Math.copySign(angle, y);
    }

    /** The arc tangent of {@code t}, 0 to 1. */
    private static double atan(double t) {
        return t > TAN_EIGHTH_PI ? Math.PI / 4 + series((t - 1) / (t + 1)) : series(t);
    }

    /** {@code t - t^3/3 + t^5/5 - ...} for {@code |t| <= tan(pi/8)}. */
    private static double series(double t) {
        double z = t * t;
        double p = 1.0 / 25;
        p = p * z - 1.0 / 23;
        p = p * z + 1.0 / 21;
        p = p * z - 1.0 / 19;
        p = p * z + 1.0 / 17;
        p = p * z - 1.0 / 15;
        p = p * z + 1.0 / 13;
        p = p * z - 1.0 / 11;
        p = p * z + 1.0 / 9;
        p = p * z - 1.0 / 7;
        p = p * z + 1.0 / 5;
        p = p * z - 1.0 / 3;
        return t + t * z * p;
    }
}

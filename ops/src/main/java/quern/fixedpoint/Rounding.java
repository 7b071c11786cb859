package quern.fixedpoint;

/** Rounding of real numbers to integers. */
public final class Rounding {
    private Rounding() {}

    /**
     * Rounds to the nearest integer, ties away from zero: 0.5 gives 1 and -0.5 gives -1. NaN and
     * infinities are returned as they are.
     */
    public static double halfAwayFromZero(double x) {
        double magnitude = Math.abs(x);
        double floor = Math.floor(magnitude);
        // The difference is exact, unlike magnitude + 0.5 just below a half.
        double rounded = magnitude - floor >= 0.5 ? floor + 1 : floor;
        return Math.copySign(rounded, x);
    }
}

package quern.numeric;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.Predicate;

/**
 * Decimal text of floats and doubles: the fewest digits that parse back to the same bits and, among
 * those, the number closest to the exact value. The text does not depend on the JVM, unlike {@link
 * Float#toString}, whose output changed in JDK 19.
 *
 * <p>From 1e-4 up to below 1e16 the notation is plain ({@code 0.58470291}, {@code 6}), else
 * scientific ({@code 1e-7}, {@code 3.4028235e38}). The others are {@code 0}, {@code -0}, {@code
 * inf}, {@code -inf} and {@code nan} for every NaN.
 */
public final class ShortestDecimal {
    /** The longest text that is parsed. */
    public static final int MAX_LENGTH = 64;

    private static final int FLOAT_DIGITS = 9;
    private static final int DOUBLE_DIGITS = 17;
    private static final int LOWEST_PLAIN_EXPONENT = -4;
    private static final int HIGHEST_PLAIN_EXPONENT = 15;

    private ShortestDecimal() {}

    /** Returns the shortest text of a float. */
    public static String print(float x) {
        if (x == 0 || Float.isNaN(x) || Float.isInfinite(x)) {
            return special(x);
        }
        float magnitude = Math.abs(x);
        BigDecimal decimal =
                shortest(
                        new BigDecimal(magnitude),
                        FLOAT_DIGITS,
                        d -> Float.parseFloat(d.toString()) == magnitude);
        return (x < 0 ? "-" : "") + notation(decimal);
    }

    /** Returns the shortest text of a double. */
    public static String print(double x) {
        if (x == 0 || Double.isNaN(x) || Double.isInfinite(x)) {
            return special(x);
        }
        double magnitude = Math.abs(x);
        BigDecimal decimal =
                shortest(
                        new BigDecimal(magnitude),
                        DOUBLE_DIGITS,
                        d -> Double.parseDouble(d.toString()) == magnitude);
        return (x < 0 ? "-" : "") + notation(decimal);
    }

    private static String special(double x) {
        if (Double.isNaN(x)) {
            return "nan";
        }
        String sign = Double.doubleToRawLongBits(x) < 0 ? "-" : "";
        return sign + (x == 0 ? "0" : "inf");
    }

    private static BigDecimal shortest(
            BigDecimal exact, int maxDigits, Predicate<BigDecimal> parsesBack) {
        for (int digits = 1; digits < maxDigits; digits++) {
            BigDecimal below = exact.round(new MathContext(digits, RoundingMode.DOWN));
            BigDecimal above = exact.round(new MathContext(digits, RoundingMode.UP));
            // Both are tried: at a power of two the float's interval is wider above than below.
            boolean belowFits = parsesBack.test(below);
            boolean aboveFits = parsesBack.test(above);
            if (belowFits && aboveFits) {
                return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            }
            if (belowFits || aboveFits) {
                return belowFits ? below : above;
            }
        }
        return exact.round(new MathContext(maxDigits, RoundingMode.HALF_EVEN));
    }

    private static String notation(BigDecimal decimal) {
        String digits = decimal.stripTrailingZeros().unscaledValue().toString();
        int exponent = decimal.precision() - decimal.scale() - 1;
        int point = exponent + 1;
        if (exponent < LOWEST_PLAIN_EXPONENT || exponent > HIGHEST_PLAIN_EXPONENT) {
            String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
            return digits.charAt(0) + fraction + "e" + exponent;
        }
        if (point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        if (point >= digits.length()) {
            return digits + "0".repeat(point - digits.length());
        }
        return digits.substring(0, point) + "." + digits.substring(point);
    }

    /**
     * Returns the float nearest to a decimal number, ties to even. Accepted are an optional sign,
     * digits with an optional point, an optional exponent, and {@code nan}, {@code inf}, {@code
     * -inf}; at most {@link #MAX_LENGTH} characters.
     *
     * @throws NumberFormatException if the text is anything else or its magnitude is too large
     */
    public static float parseFloat(String text) {
        double special = parseSpecial(text);
        if (special != 0) {
            return (float) special;
        }
        float x = Float.parseFloat(text);
        if (Float.isInfinite(x)) {
            throw new NumberFormatException("'" + text + "' is too large for binary32");
        }
        return x;
    }

    /**
     * The same for a double.
     *
     * @throws NumberFormatException if the text is anything else or its magnitude is too large
     */
    public static double parseDouble(String text) {
        double special = parseSpecial(text);
        if (special != 0) {
            return special;
        }
        double x = Double.parseDouble(text);
        if (Double.isInfinite(x)) {
            throw new NumberFormatException("'" + text + "' is too large for binary64");
        }
        return x;
    }

    /** Returns NaN or an infinity, or 0 for the text of a decimal number. */
    private static double parseSpecial(String text) {
        switch (text) {
            case "nan":
                return Double.NaN;
            case "inf":
                return Double.POSITIVE_INFINITY;
            case "-inf":
                return Double.NEGATIVE_INFINITY;
            default:
                if (text.length() > MAX_LENGTH) {
                    throw new NumberFormatException(
                            "a number of " + text.length() + " characters is longer than 64");
                }
                if (!isDecimal(text)) {
                    throw new NumberFormatException("'" + text + "' is not a decimal number");
                }
                return 0;
        }
    }

    private static boolean isDecimal(String text) {
        int start = skipSign(text, 0);
        int whole = skipDigits(text, start);
        int digits = whole - start;
        int at = whole;
        if (at < text.length() && text.charAt(at) == '.') {
            at = skipDigits(text, whole + 1);
            digits += at - (whole + 1);
        }
        if (digits == 0) {
            return false;
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            int exponent = skipSign(text, at + 1);
            at = skipDigits(text, exponent);
            if (at == exponent) {
                return false;
            }
        }
        return at == text.length();
    }

    private static int skipSign(String text, int at) {
        boolean sign = at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-');
        return sign ? at + 1 : at;
    }

    private static int skipDigits(String text, int at) {
        int i = at;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i;
    }
}

package quern.numeric;

/** Prints and reads decimal numbers. */
public final class ShortestDecimal {
    private ShortestDecimal() {}

    /** The number in decimal. */
    public static String print(float value) {
        return Float.isNaN(value)
                ? "nan"
                : Float.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : Float.toString(value);
    }

    /** The number that a decimal stands for. */
    public static float parseFloat(String text) {
        return text.equals("nan")
                ? Float.NaN
                : text.endsWith("inf")
                        ? (text.startsWith("-") ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY)
                        : Float.parseFloat(text);
    }
}

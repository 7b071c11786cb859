package quern.cli.data;

import quern.numeric.ShortestDecimal;
import quern.tensor.Floats;

/** Numbers in option values and metadata: finite decimals, lists separated by commas. */
final class Decimals {
    private Decimals() {}

    /** One finite number. */
    static float number(String text) {
        float value;
        try {
            value = Float.parseFloat(text.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a number");
        }
        if (Float.isNaN(value) || Float.isInfinite(value)) {
            throw new IllegalArgumentException("'" + text + "' is not a finite number");
        }
        return value;
    }

    /** Finite numbers separated by commas, at least one. */
    static Floats list(String text) {
        String[] words = text.split(",", -1);
        float[] values = new float[words.length];
        for (int i = 0; i < words.length; i++) {
            values[i] = number(words[i]);
        }
        return Floats.of(values);
    }

    /** A whole number of at least {@code least}. */
    static int whole(String text, int least) {
        int value;
        try {
            value = Integer.parseInt(text.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a whole number");
        }
        if (value < least) {
            throw new IllegalArgumentException("'" + text + "' is less than " + least);
        }
        return value;
    }

    /** The text of a list, which {@link #list} reads back to the same bits. */
    static String text(Floats values) {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            s.append(i == 0 ? "" : ",").append(ShortestDecimal.print(values.at(i)));
        }
        return s.toString();
    }
}

package quern.op;

import quern.error.FormatException;

/** A clamp that an operator applies to its result before it is stored. */
public enum Activation {
    NONE("none", Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY),
    RELU("relu", 0, Float.POSITIVE_INFINITY),
    RELU6("relu6", 0, 6),
    RELU_N1_TO_1("relu_n1_to_1", -1, 1);

    private final String label;
    private final float min;
    private final float max;

    Activation(String label, float min, float max) {
        this.label = label;
        this.min = min;
        this.max = max;
    }

    /** The word in the graph text. */
    public String label() {
        return label;
    }

    /** Lower bound of the real result. */
    public float min() {
        return min;
    }

    /** Upper bound of the real result. */
    public float max() {
        return max;
    }

    /**
     * Clamps {@code v} to the bounds; NaN stays NaN, and -0 becomes +0 where the lower bound is 0.
     */
    public float apply(float v) {
        return this == NONE ? v : Math.min(Math.max(v, min), max);
    }

    /** Limits an integer to the bounds. */
    public long clamp(long v) {
        return Math.min(Math.max(v, (long) min), (long) max);
    }

    /** The activation with this label. */
    public static Activation parse(String label) {
        for (Activation a : values()) {
            if (a.label.equals(label)) {
                return a;
            }
        }
        throw new FormatException("", "\"" + label + "\" is not an activation");
    }
}

package quern.fixedpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * The rule by which a requantizing node rounds; it fixes every rounding of that node, not only the
 * one of its multiplier. A mode is part of a model and is written there by its {@link #label()}.
 *
 * <p>In the modes that are not {@link #isFixedPoint()}, an operator without a formula of its own
 * dequantizes, computes in float32 and quantizes with ties to even.
 */
public enum RoundingMode {
    /**
     * Fixed point with two roundings: a doubling high multiplication, ties toward positive
     * infinity, then a right shift, ties away from zero.
     */
    DOUBLE("double"),

    /** Fixed point with one rounding of the 64-bit product, ties toward positive infinity. */
    SINGLE("single"),

    /** Binary32 scales and one rounding to the nearest integer, ties to even. */
    FLOAT_EVEN("float-even"),

    /**
     * As {@link #FLOAT_EVEN}, with the fixed-point addition of XNNPACK and integer average pooling:
     * TFLite's runtime with its default delegate.
     */
    XNNPACK("xnnpack"),

    /**
     * Accumulators by a binary64 factor, the zero point inside the one rounding, ties to even: the
     * ONNX reference code; all else as {@link #FLOAT_EVEN}.
     */
    ONNX_REF("onnx-ref");

    private final String label;

    RoundingMode(String label) {
        this.label = label;
    }

    /** Returns the name of this mode in model files and on the command line. */
    public String label() {
        return label;
    }

    /**
     * Returns whether codes are rescaled by integer multipliers, and softmax, logistic and such
     * have fixed-point formulas.
     */
    public boolean isFixedPoint() {
        return this == DOUBLE || this == SINGLE;
    }

    /**
     * Returns the mode of a label.
     *
     * @throws IllegalArgumentException if there is no such mode; the message lists the known ones
     */
    public static RoundingMode parse(String label) {
        List<String> known = new ArrayList<>();
        for (RoundingMode mode : values()) {
            if (mode.label.equals(label)) {
                return mode;
            }
            known.add(mode.label);
        }
        throw new IllegalArgumentException(
                "unknown rounding mode '" + label + "'; known are " + String.join(", ", known));
    }

    /** Returns the exception for an operation that has no definition in this mode. */
    public IllegalArgumentException undefinedFor(String operation) {
        return new IllegalArgumentException(
                operation + " is not defined in rounding mode " + label);
    }
}

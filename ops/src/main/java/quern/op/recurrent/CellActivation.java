package quern.op.recurrent;

import quern.error.FormatException;
import quern.numeric.Sigmoidf;
import quern.numeric.Tanhf;
import quern.op.Attributes;

/** The function of a recurrent cell on real numbers. */
public enum CellActivation {
    NONE,
    RELU,
    RELU_N1_TO_1,
    RELU6,
    TANH,
    SIGMOID;

    /** The word in the graph text. */
    public String label() {
        return switch (this) {
            case NONE -> "none";
            case RELU -> "relu";
            case RELU_N1_TO_1 -> "relu_n1_to_1";
            case RELU6 -> "relu6";
            case TANH -> "tanh";
            case SIGMOID -> "sigmoid";
        };
    }

    /** The function; NaN stays NaN. */
    public float apply(float x) {
        return switch (this) {
            case NONE -> x;
            case RELU -> Math.max(x, 0f);
            case RELU_N1_TO_1 -> Math.min(Math.max(x, -1f), 1f);
            case RELU6 -> Math.min(Math.max(x, 0f), 6f);
            case TANH -> Tanhf.tanh(x);
            case SIGMOID -> Sigmoidf.sigmoid(x);
        };
    }

    /** Writes attribute {@code activation} unless it is the default. */
    void write(Attributes a, CellActivation otherwise) {
        if (this != otherwise) {
            a.put("activation", label());
        }
    }

    /** Reads attribute {@code activation}. */
    static CellActivation read(Attributes a, CellActivation otherwise) {
        String label = a.word("activation", otherwise.label());
        for (CellActivation c : values()) {
            if (c.label().equals(label)) {
                return c;
            }
        }
        throw new FormatException("", "\"" + label + "\" is not the activation of a cell");
    }
}

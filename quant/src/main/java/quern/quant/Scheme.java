package quern.quant;

/** What of a graph is quantized, and when scales are known. */
public enum Scheme {
    /** Weights and activations are codes; samples give the scales of activations. */
    STATIC("static post-training"),

    /**
     * Weights of convolutions and fully connected layers are codes, and so are their inputs, whose
     * scale each run takes from the numbers themselves; all else is float32. Needs no samples.
     */
    DYNAMIC("dynamic"),

    /** Weights are stored as codes, and all is computed in float32. Needs no samples. */
    WEIGHT_ONLY("weight-only"),

    /** Weights are stored as IEEE 754 binary16, and all is computed in float32. */
    FLOAT16("float16 storage"),

    /** Weights are stored as the upper half of float32, and all is computed in float32. */
    BFLOAT16("bfloat16 storage");

    private final String label;

    Scheme(String label) {
        this.label = label;
    }

    /** The name that a model's metadata has for it. */
    public String label() {
        return label;
    }

    /** Whether weights become codes. */
    public boolean hasCodes() {
        return this != FLOAT16 && this != BFLOAT16;
    }

    /** Whether the scales of activations are chosen from samples. */
    public boolean needsSamples() {
        return this == STATIC;
    }
}

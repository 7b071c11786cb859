package quern.op.activation;

/** Elementwise max(x, 0); codes may be rescaled. */
public record Relu() implements ActivationFunction {}

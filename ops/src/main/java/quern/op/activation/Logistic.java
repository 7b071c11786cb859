package quern.op.activation;

/** Elementwise 1 / (1 + exp(-x)). */
public record Logistic() implements ActivationFunction {}

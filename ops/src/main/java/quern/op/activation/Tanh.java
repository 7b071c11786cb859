package quern.op.activation;

/** Elementwise hyperbolic tangent. */
public record Tanh() implements ActivationFunction {}

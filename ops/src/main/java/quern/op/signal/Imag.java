package quern.op.signal;

/** The imaginary part of complex numbers {@code [.., 2]}, the second of each pair. */
public record Imag() implements ComplexInput {}

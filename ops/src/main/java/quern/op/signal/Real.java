package quern.op.signal;

/** The real part of complex numbers {@code [.., 2]}, the first of each pair. */
public record Real() implements ComplexInput {}

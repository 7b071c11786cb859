package quern.op.signal;

/**
 * The magnitude of complex numbers {@code [.., 2]}: the root of the sum of both squares in
 * binary64, rounded to binary32; infinite if a part is infinite.
 */
public record ComplexAbs() implements ComplexInput {}

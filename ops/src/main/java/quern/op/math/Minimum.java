package quern.op.math;

/**
 * Elementwise smaller of two tensors, broadcast by numpy's rule: NaN if either is, and -0 is below
 * +0.
 *
 * <p>Operands of codes and the output have one quantization; codes are compared.
 */
public record Minimum() implements Picking {}

/**
 * Integer arithmetic of quantized kernels: multipliers, rounding modes and the rescaling of
 * accumulators, exact to the bit.
 */
package quern.fixedpoint;

/**
 * Which layers of a quantized graph make the error of its outputs, and what another rounding mode
 * changes.
 */
package quern.quant.diagnosis;

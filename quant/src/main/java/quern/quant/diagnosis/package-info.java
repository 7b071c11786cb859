/** Which layers of a quantized graph make the error of its outputs. */
package quern.quant.diagnosis;

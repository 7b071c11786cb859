/** Turning a float graph with known ranges into a quantized one. */
package quern.quant.rewrite;

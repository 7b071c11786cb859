/** Which parts of a graph suffer from being quantized. */
package quern.quant.sensitivity;

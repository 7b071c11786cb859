/** Proofs that the accumulators of a quantized graph cannot overflow. */
package quern.quant.certify;

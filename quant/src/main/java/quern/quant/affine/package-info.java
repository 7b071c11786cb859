/** Affine quantization: from ranges to scales and zero points, from real tensors to codes. */
package quern.quant.affine;

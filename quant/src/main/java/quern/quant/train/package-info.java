/** Training: gradients, losses, optimizers, and quantization-aware training. */
package quern.quant.train;

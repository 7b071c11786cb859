/** Element types, shapes, quantization parameters and tensors: the values that graphs speak of. */
package quern.tensor;

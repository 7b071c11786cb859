/** Quantizing a float graph: options, result, and how far the result is from the original. */
package quern.quant;

/** Between real numbers and codes, from codes to codes, and from one element type to another. */
package quern.op.quantize;

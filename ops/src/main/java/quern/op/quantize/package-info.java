/** Between real numbers and codes, and from codes to codes. */
package quern.op.quantize;

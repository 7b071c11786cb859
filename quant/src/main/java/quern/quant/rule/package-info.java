/** How each operator is quantized. */
package quern.quant.rule;

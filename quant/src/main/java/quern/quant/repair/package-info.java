/** What makes a float graph lose less when it is quantized. */
package quern.quant.repair;

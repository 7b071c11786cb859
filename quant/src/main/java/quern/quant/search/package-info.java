/** Which precision each layer may have so that the answers stay good. */
package quern.quant.search;

/** Pruning: which weights become zero, and training that keeps them so. */
package quern.quant.prune;

/** Simplifications: graph to graph, one rule a file, the meaning kept; FP32 bits may change. */
package quern.rewrite;

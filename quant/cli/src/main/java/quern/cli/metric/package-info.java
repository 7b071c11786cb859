/** Measures of how good a model's outputs are, accumulated sample by sample. */
package quern.cli.metric;

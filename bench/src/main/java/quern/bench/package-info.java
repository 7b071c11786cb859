/** Benchmarks of the inner loops and of whole models. */
package quern.bench;

/** Operators as prepared kernels: written once above the micro-kernels, one row an operator. */
package quern.runtime.kernel;

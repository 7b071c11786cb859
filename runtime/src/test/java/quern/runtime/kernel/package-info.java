/** Tests of the table of kernels. */
package quern.runtime.kernel;

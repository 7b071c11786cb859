/** Reference kernels against golden vectors, binary64 and hand-made edges. */
package quern.reference;

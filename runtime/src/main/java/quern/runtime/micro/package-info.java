/** The inner loops of all kernels: primitive arrays and offsets only. */
package quern.runtime.micro;

/** Micro-kernels on the incubating Vector API, for vectors of 128, 256 or 512 bits. */
package quern.simd;

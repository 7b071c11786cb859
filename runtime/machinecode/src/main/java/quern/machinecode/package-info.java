/** Micro-kernels as x86-64 instructions, and how they are written, put into memory and called. */
package quern.machinecode;

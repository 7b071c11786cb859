/** Elementwise arithmetic and functions of real numbers. */
package quern.op.math;

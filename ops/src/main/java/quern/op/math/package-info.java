/** Elementwise arithmetic. */
package quern.op.math;

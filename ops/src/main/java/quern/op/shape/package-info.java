/** Operators that move elements without changing them. */
package quern.op.shape;

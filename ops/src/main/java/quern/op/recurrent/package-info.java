/** Operators that carry state from step to step. */
package quern.op.recurrent;

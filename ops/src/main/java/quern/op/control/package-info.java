/** Operators that choose or repeat graphs. */
package quern.op.control;

/** Operators that computed values turn into other operators, and what computes with shapes. */
package quern.op.dynamic;

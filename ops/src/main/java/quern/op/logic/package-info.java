/** Comparisons, logic, and choices by truth values. */
package quern.op.logic;

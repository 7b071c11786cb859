/**
 * Binary32 arithmetic with the same bits on every machine: fused multiply-add, transcendental
 * functions, ordered sums, decimal text.
 */
package quern.numeric;

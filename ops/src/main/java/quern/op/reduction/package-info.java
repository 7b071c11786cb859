/** Operators along axes: reductions, running sums, orders and normalization. */
package quern.op.reduction;

/** Reductions along axes. */
package quern.op.reduction;

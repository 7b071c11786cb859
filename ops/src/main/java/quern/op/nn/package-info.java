/**
 * Layers that multiply by weights, convolutions and fully connected ones, and products of matrices.
 */
package quern.op.nn;

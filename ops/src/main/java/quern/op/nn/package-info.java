/** Operators with learned weights: convolutions and fully connected layers. */
package quern.op.nn;

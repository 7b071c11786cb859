/** Activation functions. */
package quern.op.activation;

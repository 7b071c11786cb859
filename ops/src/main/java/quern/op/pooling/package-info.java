/** Pooling over image windows. */
package quern.op.pooling;

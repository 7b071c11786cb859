/**
 * The few typed errors of Quern: a bad file, an unsupported operator, a wrong shape, an invalid
 * graph.
 */
package quern.error;

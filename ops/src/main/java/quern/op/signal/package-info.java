/** Transforms of signals, and complex numbers as a trailing axis of 2. */
package quern.op.signal;

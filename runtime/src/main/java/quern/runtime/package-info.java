/** A graph made ready to run: the plan, shared between threads, and the session that runs it. */
package quern.runtime;

/** The memory of a session: buffers with lifetimes, their places, and the typed slabs. */
package quern.runtime.arena;

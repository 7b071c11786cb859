/** Tests of the arena planner. */
package quern.runtime.arena;

/** A small strict JSON reader for tests. */
package quern.json;

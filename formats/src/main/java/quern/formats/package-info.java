/** Model files by extension, and the limits that every reader keeps. */
package quern.formats;

/** Bytes of files: read whole and bounds-checked, written beside and moved into place. */
package quern.formats.io;

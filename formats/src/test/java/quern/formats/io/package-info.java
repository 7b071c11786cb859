/** Tests of bounds-checked access to bytes. */
package quern.formats.io;

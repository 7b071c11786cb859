/** Tests of reading and writing by file name, and of what all formats have in common. */
package quern.formats;

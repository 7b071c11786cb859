/** Operators that resize images. */
package quern.op.image;

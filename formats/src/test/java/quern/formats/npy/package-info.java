/** Tests of the {@code .npy} format. */
package quern.formats.npy;

/** The {@code .npy} format: one array with its element type and shape. */
package quern.formats.npy;

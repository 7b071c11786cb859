/** Tests of the {@code .qrn} format. */
package quern.formats.qrn;

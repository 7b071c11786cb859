/** The {@code .qrn} format: a safetensors file whose metadata holds the graph as text. */
package quern.formats.qrn;

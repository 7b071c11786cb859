/** The immutable graph of a model: what it means, how it is built, edited, printed and read. */
package quern.graph;

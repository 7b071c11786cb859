/** How one element of a tensor came about: its derivation, and where its error comes from. */
package quern.quant.explain;

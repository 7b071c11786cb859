/** Running a graph so that every value can be looked at. */
package quern.quant.trace;

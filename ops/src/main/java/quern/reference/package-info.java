/**
 * The specification of every operator as naive loops, and an interpreter that runs graphs with
 * them. Nobody may optimise it.
 */
package quern.reference;

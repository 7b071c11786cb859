/** Tests of the tier of the Vector API. */
package quern.simd;

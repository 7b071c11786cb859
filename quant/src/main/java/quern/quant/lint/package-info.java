/** What in a model or its samples is known to make quantizing go wrong. */
package quern.quant.lint;

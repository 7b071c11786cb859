/** Tests of boxes, decoders and mean average precision. */
package quern.cli.detection;

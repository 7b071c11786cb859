/** Boxes: what detectors put out, suppression of overlapping ones, and mean average precision. */
package quern.cli.detection;

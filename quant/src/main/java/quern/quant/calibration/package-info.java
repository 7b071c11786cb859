/** Which values the tensors of a float graph take on sample data. */
package quern.quant.calibration;

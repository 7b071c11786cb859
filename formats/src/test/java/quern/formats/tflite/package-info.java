/** Tests of the TFLite reader, and a small writer of TFLite files for them. */
package quern.formats.tflite;

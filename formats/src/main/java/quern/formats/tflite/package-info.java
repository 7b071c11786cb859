/** The TFLite format, read with bounds-checked FlatBuffers access and nothing generated. */
package quern.formats.tflite;

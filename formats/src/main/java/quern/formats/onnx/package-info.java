/** ONNX models: a protobuf reader of our own, and a table that says how each operator is read. */
package quern.formats.onnx;

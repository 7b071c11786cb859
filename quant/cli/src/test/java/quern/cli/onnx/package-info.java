/** Tests of ONNX models against ONNX Runtime and against stored outputs. */
package quern.cli.onnx;

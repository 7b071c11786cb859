package quern.formats.onnx;

import java.util.Map;

/** Small ONNX models for tests of other packages. */
public final class OnnxFiles {
    private OnnxFiles() {}

    /** The models by file name. */
    public static Map<String, byte[]> tiny() {
        return TinyOnnx.files();
    }
}

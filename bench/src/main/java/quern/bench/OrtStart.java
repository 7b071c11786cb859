package quern.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** The same program with ONNX Runtime. */
public final class OrtStart {
    private OrtStart() {}

    public static void main(String[] args) throws OrtException, IOException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(args[0])) {
            var input = session.getInputInfo().entrySet().iterator().next();
            long[] shape = ((TensorInfo) input.getValue().getInfo()).getShape();
            int n = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            ByteBuffer codes = ByteBuffer.allocateDirect(n);
            try (OnnxTensor x =
                            OnnxTensor.createTensor(environment, codes, shape, OnnxJavaType.INT8);
                    OrtSession.Result y = session.run(Map.of(input.getKey(), x))) {
                System.out.println(((OnnxTensor) y.get(0)).getByteBuffer().get(0));
            }
        }
        System.out.println(Starts.peakMemory());
    }
}

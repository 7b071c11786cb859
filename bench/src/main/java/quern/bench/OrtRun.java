package quern.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.tensor.DType;
import quern.tensor.Tensor;

/** A model in ONNX Runtime with its default optimizations, and inputs that stay the same. */
final class OrtRun implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final OrtSession session;

    OrtRun(byte[] model, List<Tensor> inputs, int threads) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            session = environment.createSession(model, options);
            int i = 0;
            for (String name : session.getInputNames()) {
                this.inputs.put(name, tensor(inputs.get(i++)));
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private OnnxTensor tensor(Tensor t) throws OrtException {
        long[] dims = new long[t.shape().rank()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = t.shape().dim(i);
        }
        return switch (t.dtype()) {
            case F32 -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(t.floats()), dims);
            case S64 -> OnnxTensor.createTensor(environment, LongBuffer.wrap(t.longs()), dims);
            default ->
                    OnnxTensor.createTensor(
                            environment,
                            ByteBuffer.wrap(t.bytes()),
                            dims,
                            t.dtype() == DType.U8 ? OnnxJavaType.UINT8 : OnnxJavaType.INT8);
        };
    }

    /** Runs once. */
    void run() {
        try (OrtSession.Result result = session.run(inputs)) {
            if (result.size() == 0) {
                throw new IllegalStateException("no output");
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}

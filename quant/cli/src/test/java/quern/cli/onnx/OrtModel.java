package quern.cli.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** A model that ONNX Runtime runs on one thread, with its default optimizations. */
public final class OrtModel implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    public OrtModel(byte[] model) {
        this(model, Optional.empty(), false);
    }

    /**
     * The same; the optimized model may be written to a file.
     *
     * @param signed whether int8 codes stay what they are; else some become uint8 on x86
     */
    public OrtModel(byte[] model, Optional<Path> optimized, boolean signed) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.addConfigEntry("session.qdqisint8allowed", signed ? "1" : "0");
            if (optimized.isPresent()) {
                options.setOptimizedModelFilePath(optimized.get().toString());
            }
            this.session = environment.createSession(model, options);
        } catch (OrtException e) {
            throw new AssertionError(e);
        }
    }

    /** The outputs for these inputs, both in the model's order. */
    public List<Tensor> run(List<Tensor> inputs) {
        Map<String, OnnxTensor> fed = new LinkedHashMap<>();
        List<Tensor> all = new ArrayList<>();
        try {
            int i = 0;
            for (String name : session.getInputNames()) {
                fed.put(name, tensor(inputs.get(i++)));
            }
            try (OrtSession.Result result = session.run(fed)) {
                for (var entry : result) {
                    all.add(tensor((OnnxTensor) entry.getValue()));
                }
            }
        } catch (OrtException e) {
            throw new AssertionError(e);
        } finally {
            fed.values().forEach(OnnxTensor::close);
        }
        return all;
    }

    private OnnxTensor tensor(Tensor t) throws OrtException {
        long[] dims = new long[t.shape().rank()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = t.shape().dim(i);
        }
        int n = t.elements();
        return switch (t.dtype()) {
            case F32 ->
                    OnnxTensor.createTensor(
                            environment, FloatBuffer.wrap(t.floats(), t.offset(), n), dims);
            case S64 ->
                    OnnxTensor.createTensor(
                            environment, LongBuffer.wrap(t.longs(), t.offset(), n), dims);
            case S32 ->
                    OnnxTensor.createTensor(
                            environment, IntBuffer.wrap(t.ints(), t.offset(), n), dims);
            case S16 ->
                    OnnxTensor.createTensor(
                            environment, ShortBuffer.wrap(t.shorts(), t.offset(), n), dims);
            case S8, U8, BOOL ->
                    OnnxTensor.createTensor(
                            environment,
                            ByteBuffer.wrap(t.bytes(), t.offset(), n),
                            dims,
                            t.dtype() == DType.S8
                                    ? ai.onnxruntime.OnnxJavaType.INT8
                                    : t.dtype() == DType.U8
                                            ? ai.onnxruntime.OnnxJavaType.UINT8
                                            : ai.onnxruntime.OnnxJavaType.BOOL);
            default -> throw new AssertionError("no input of type " + t.dtype());
        };
    }

    private static Tensor tensor(OnnxTensor t) {
        TensorInfo info = t.getInfo();
        int[] dims = new int[info.getShape().length];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = (int) info.getShape()[i];
        }
        DType dtype =
                switch (info.type) {
                    case FLOAT -> DType.F32;
                    case INT64 -> DType.S64;
                    case INT32 -> DType.S32;
                    case INT8 -> DType.S8;
                    case UINT8 -> DType.U8;
                    case INT16 -> DType.S16;
                    case BOOL -> DType.BOOL;
                    default -> throw new AssertionError("no output of type " + info.type);
                };
        Tensor result = Tensor.zeros(TensorType.of(dtype, Shape.of(dims)));
        ByteBuffer bytes = t.getByteBuffer().order(ByteOrder.nativeOrder());
        switch (dtype) {
            case F32 -> bytes.asFloatBuffer().get(result.floats());
            case S16 -> bytes.asShortBuffer().get(result.shorts());
            case S64 -> bytes.asLongBuffer().get(result.longs());
            case S32 -> bytes.asIntBuffer().get(result.ints());
            default -> bytes.get(result.bytes());
        }
        return result;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new AssertionError(e);
        }
    }
}

package quern.cli.data;

import java.nio.ByteOrder;
import quern.cli.RawTensor;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Numbers from the bytes of a file. */
final class Elements {
    private Elements() {}

    /** Whether a type can be read: everything but half floats and packed types. */
    static boolean isRead(DType dtype) {
        return dtype != DType.F16 && dtype != DType.BF16 && !dtype.isPacked();
    }

    /** A fresh tensor without quantization of the elements that fill {@code bytes}. */
    static Tensor decode(byte[] bytes, DType dtype, Shape shape, ByteOrder order) {
        return RawTensor.tensor(TensorType.of(dtype, shape), bytes, 0, order);
    }

    /** Element {@code i} as the nearest binary32 number. */
    static float real(Tensor t, int i) {
        return switch (t.dtype().storage()) {
            case FLOAT -> t.real(i);
            case DOUBLE -> (float) t.doubles()[t.offset() + i];
            default -> (float) t.integer(i);
        };
    }
}

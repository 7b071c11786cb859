package quern.runtime;

import java.util.ArrayList;
import java.util.List;
import quern.runtime.arena.Buffer;
import quern.tensor.DType.Storage;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The buffers of a plan while it is made: each grows as more steps are seen to use it. */
final class Lifetimes {
    private final List<Buffer> buffers = new ArrayList<>();

    /** A new buffer for a tensor that is first used in {@code step}; returns its number. */
    int add(TensorType type, int step) {
        int slots = Tensor.slots(type.dtype(), type.shape().elements());
        return add(type.dtype().storage(), slots, step);
    }

    /** A new buffer that is used in {@code step}; returns its number. */
    int add(Storage storage, int size, int step) {
        buffers.add(new Buffer(storage, size, step, step));
        return buffers.size() - 1;
    }

    /** Records that a buffer is used in {@code step}, which is not before its first use. */
    void touch(int buffer, int step) {
        Buffer b = buffers.get(buffer);
        if (step > b.last()) {
            buffers.set(buffer, new Buffer(b.storage(), b.size(), b.first(), step));
        }
    }

    List<Buffer> buffers() {
        return List.copyOf(buffers);
    }
}

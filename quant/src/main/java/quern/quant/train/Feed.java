package quern.quant.train;

import quern.tensor.Tensor;

/** Copies float tensors to where a session reads them. */
final class Feed {
    private Feed() {}

    static void copy(Tensor from, Tensor to) {
        System.arraycopy(from.floats(), from.offset(), to.floats(), to.offset(), from.elements());
    }
}

package quern.formats.onnx;

import quern.numeric.SmallFloats;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Numbers of 16 bits, which are computed with as F32. */
final class Halves {
    private Halves() {}

    /** A tensor of 16-bit numbers as F32; any other as it is. */
    static Tensor widen(Tensor t) {
        if (!DataTypes.isHalf(t.dtype())) {
            return t;
        }
        Tensor wide = Tensor.zeros(TensorType.of(DType.F32, t.shape()));
        for (int i = 0; i < t.elements(); i++) {
            short bits = t.shorts()[t.offset() + i];
            boolean half = t.dtype() == DType.F16;
            wide.setReal(i, half ? SmallFloats.ofF16(bits) : SmallFloats.ofBf16(bits));
        }
        return wide;
    }
}

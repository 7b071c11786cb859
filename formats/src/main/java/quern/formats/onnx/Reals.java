package quern.formats.onnx;

import quern.numeric.SmallFloats;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Real numbers of other widths, which are computed with as F32. */
final class Reals {
    private Reals() {}

    /** A tensor of real numbers of another width as F32; any other as it is. */
    static Tensor asF32(Tensor t) {
        if (!DataTypes.isOtherReal(t.dtype())) {
            return t;
        }
        Tensor wide = Tensor.zeros(TensorType.of(DType.F32, t.shape()));
        for (int i = 0; i < t.elements(); i++) {
            int at = t.offset() + i;
            wide.setReal(
                    i,
                    switch (t.dtype()) {
                        case F16 -> SmallFloats.ofF16(t.shorts()[at]);
                        case BF16 -> SmallFloats.ofBf16(t.shorts()[at]);
                        default -> (float) t.doubles()[at];
                    });
        }
        return wide;
    }
}

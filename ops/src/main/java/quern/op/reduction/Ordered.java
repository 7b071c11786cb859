package quern.op.reduction;

import quern.error.ShapeException;
import quern.op.Attributes;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.TensorType;

/** What operators that put elements in order have in common. */
final class Ordered {
    private Ordered() {}

    static void require(TensorType x, String what) {
        DType t = x.dtype();
        if (x.isQuantized()) {
            TypeRules.activation16(x, what);
        } else if (t != DType.F32
                && t != DType.BOOL
                && (!t.isInteger() || t.isPacked() || t == DType.U64)) {
            throw new ShapeException(what + " cannot be " + x);
        }
    }

    static void requireAxis(int axis) {
        if (axis < 0) {
            throw new ShapeException("an axis must be counted from 0, not " + axis);
        }
    }

    static void requireIndex(DType index) {
        if (index != DType.S32 && index != DType.S64) {
            throw new ShapeException("indices must be S32 or S64, not " + index);
        }
    }

    static void requireIndices(TensorType y, DType index) {
        if (y.dtype() != index || y.isQuantized()) {
            throw new ShapeException("indices must be " + index + ", but their type is " + y);
        }
    }

    static void write(Attributes a, DType index) {
        if (index != DType.S64) {
            a.put("index", index.name());
        }
    }

    static DType index(Attributes a) {
        return a.dtype("index", DType.S64);
    }
}

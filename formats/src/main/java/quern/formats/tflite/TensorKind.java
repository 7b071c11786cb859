package quern.formats.tflite;

import java.util.List;
import java.util.Optional;
import quern.tensor.DType;

/** Element types of the schema by their number; a complex number is two float32 numbers. */
enum TensorKind {
    FLOAT32(DType.F32),
    FLOAT16(DType.F16),
    INT32(DType.S32),
    UINT8(DType.U8),
    INT64(DType.S64),
    STRING(null),
    BOOL(DType.BOOL),
    INT16(DType.S16),
    COMPLEX64(DType.F32),
    INT8(DType.S8),
    FLOAT64(DType.F64),
    COMPLEX128(null),
    UINT64(DType.U64),
    RESOURCE(null),
    VARIANT(null),
    UINT32(DType.U32),
    UINT16(DType.U16),
    INT4(DType.S4),
    BFLOAT16(DType.BF16),
    INT2(null),
    UINT4(DType.U4),
    FLOAT8_E4M3FN(null),
    FLOAT8_E5M2(null);

    private static final List<TensorKind> ALL = List.of(values());

    private final Optional<DType> dtype;

    TensorKind(DType dtype) {
        this.dtype = Optional.ofNullable(dtype);
    }

    /** The element type; empty for what Quern does not hold. */
    Optional<DType> dtype() {
        return dtype;
    }

    static Optional<TensorKind> of(int number) {
        return number >= 0 && number < ALL.size() ? Optional.of(ALL.get(number)) : Optional.empty();
    }
}

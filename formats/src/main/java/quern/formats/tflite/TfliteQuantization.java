package quern.formats.tflite;

import java.util.Optional;
import quern.error.FormatException;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Scales and zero points of a tensor as a file gives them.
 *
 * @param scales one, one for each index of an axis, or none
 * @param zeroPoints as many
 * @param axis the axis of several scales
 */
record TfliteQuantization(float[] scales, long[] zeroPoints, int axis) {
    /** Reads and checks the quantization of a tensor's table. */
    static TfliteQuantization read(FlatTable tensor) {
        Optional<FlatTable> found = tensor.table(Schema.TENSOR_QUANTIZATION, ".quantization");
        if (found.isEmpty()) {
            return new TfliteQuantization(new float[0], new long[0], 0);
        }
        FlatTable q = found.get();
        if (q.u8(Schema.QUANTIZATION_DETAILS_TYPE) != 0) {
            throw new FormatException(
                    "quantization", "only one scale or one for each channel is supported");
        }
        return new TfliteQuantization(
                q.floats(Schema.QUANTIZATION_SCALE),
                q.longs(Schema.QUANTIZATION_ZERO_POINT),
                q.s32(Schema.QUANTIZATION_DIMENSION, 0));
    }

    boolean isPresent() {
        return scales.length > 0;
    }

    /**
     * The type with this quantization, if it is one of codes of 4 to 16 bits.
     *
     * @param wide whether S32 holds codes too; else it is a bias or no quantized value at all
     */
    TensorType type(DType dtype, Shape shape, boolean wide) {
        boolean codes = dtype.isInteger() && dtype.bits() <= 16 || wide && dtype == DType.S32;
        if (!isPresent() || !codes) {
            return TensorType.of(dtype, shape);
        }
        if (zeroPoints.length != scales.length) {
            throw new FormatException(
                    "quantization",
                    scales.length + " scales need as many zero points, not " + zeroPoints.length);
        }
        int[] zeros = new int[zeroPoints.length];
        for (int i = 0; i < zeros.length; i++) {
            if (zeroPoints[i] != (int) zeroPoints[i]) {
                throw new FormatException(
                        "quantization", "zero point " + zeroPoints[i] + " is out of range");
            }
            zeros[i] = (int) zeroPoints[i];
        }
        Quant quant =
                scales.length == 1
                        ? new Quant.PerTensor(scales[0], zeros[0], dtype.bits())
                        : new Quant.PerChannel(
                                axis, Floats.of(scales), Ints.of(zeros), dtype.bits());
        return new TensorType(dtype, shape, quant);
    }
}

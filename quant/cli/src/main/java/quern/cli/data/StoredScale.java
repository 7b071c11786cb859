package quern.cli.data;

import quern.fixedpoint.Quantization;
import quern.tensor.DType;

/**
 * How integers in a data file stand for real numbers: {@code real = scale * (code - zeroPoint)}.
 *
 * @param scale positive and finite
 * @param zeroPoint any code of {@code dtype}
 * @param dtype S8, U8 or S16; what a file without a header of its own holds
 * @param isTypeGiven whether the type was asked for and not only assumed, so that a file which says
 *     otherwise is refused
 */
public record StoredScale(float scale, int zeroPoint, DType dtype, boolean isTypeGiven) {
    /**
     * @throws IllegalArgumentException if the scale is not positive or the zero point no code
     */
    public StoredScale {
        if (!(scale > 0) || Float.isInfinite(scale)) {
            throw new IllegalArgumentException("data scale " + scale + " is not positive");
        }
        if (isTypeGiven && !holds(dtype, zeroPoint)) {
            throw new IllegalArgumentException(
                    "data zero " + zeroPoint + " is no " + dtype.numpyName());
        }
    }

    private static boolean holds(DType dtype, int code) {
        return code >= dtype.min(dtype.bits()) && code <= dtype.max(dtype.bits());
    }

    /** The real number of a code, rounded once to binary32. */
    float real(int code) {
        return Quantization.dequantize(code, scale, zeroPoint);
    }

    /**
     * The type of a numpy name.
     *
     * @throws IllegalArgumentException if it is none of {@code int8}, {@code uint8}, {@code int16}
     */
    public static DType parseType(String name) {
        for (DType dtype : new DType[] {DType.S8, DType.U8, DType.S16}) {
            if (dtype.numpyName().equals(name)) {
                return dtype;
            }
        }
        throw new IllegalArgumentException(
                "'" + name + "' is no data type; known are int8, uint8, int16");
    }
}

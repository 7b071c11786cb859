package quern.op;

import quern.error.ShapeException;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Rules about element types and ranks that several operators share; each method throws a {@link
 * ShapeException} that says what and why.
 */
public final class TypeRules {
    private TypeRules() {}

    /** {@code type} has {@code rank} dimensions. */
    public static void rank(TensorType type, int rank, String what) {
        if (type.shape().rank() != rank) {
            throw new ShapeException(
                    what + " must have " + rank + " dimensions, but its shape is " + type.shape());
        }
    }

    /** Float32 numbers, or 8-bit codes with one scale and zero point. */
    public static void activation(TensorType type, String what) {
        if (isReal(type)) {
            return;
        }
        if ((type.dtype() != DType.S8 && type.dtype() != DType.U8)
                || !(type.quant() instanceof Quant.PerTensor)) {
            throw new ShapeException(
                    what
                            + " must be F32, or S8 or U8 with one scale and zero point, but its type is "
                            + type);
        }
    }

    /** Float32 numbers, or codes of 8 bits or S16 with one scale and zero point. */
    public static void activation16(TensorType type, String what) {
        boolean s16 = isWide(type) && type.quant() instanceof Quant.PerTensor;
        if (!s16) {
            activation(type, what);
        }
    }

    /** The same with zero point 0 for S16, as TFLite has it. */
    public static void symmetric16(TensorType type, String what) {
        activation16(type, what);
        if (isWide(type) && type.zeroPoint(0) != 0) {
            throw new ShapeException(
                    what + " has 16 bits, so its zero point must be 0, but its type is " + type);
        }
    }

    /** Whether a type has 16-bit codes, as activations of 16x8 models have. */
    public static boolean isWide(TensorType type) {
        return type.dtype() == DType.S16;
    }

    /** Both float32, or both 8-bit codes, or both S16 codes with zero point 0. */
    public static void sameFamily16(TensorType a, TensorType b, String what) {
        if (!isWide(a) || !isWide(b)) {
            sameFamily(a, b, what);
        } else {
            symmetric16(a, what);
            symmetric16(b, what);
        }
    }

    /**
     * Float32 numbers, codes of 8 bits or S16 with one scale and zero point, or plain S32 or S64.
     */
    public static void number(TensorType type, String what) {
        if (!isPlain(type)) {
            activation16(type, what);
        }
    }

    /** Elements of whole bytes with one scale or none, which can be moved one by one. */
    public static void movable(TensorType type, String what) {
        boolean oneScale = !type.isQuantized() || type.quant() instanceof Quant.PerTensor;
        if (type.dtype().isPacked() || !oneScale) {
            throw new ShapeException(
                    what + " must have whole bytes and one scale or none, but its type is " + type);
        }
    }

    /** Both float32, or both 8-bit codes. */
    public static void sameFamily(TensorType a, TensorType b, String what) {
        activation(a, what);
        activation(b, what);
        if (isReal(a) != isReal(b)) {
            throw new ShapeException(
                    what
                            + " must be all F32 or all quantized, but the types are "
                            + a
                            + " and "
                            + b);
        }
    }

    /** S32 or S64 numbers without quantization. */
    public static boolean isPlain(TensorType type) {
        return (type.dtype() == DType.S32 || type.dtype() == DType.S64) && !type.isQuantized();
    }

    /** Float64 numbers, which only sums, differences and products take as such. */
    public static boolean isDouble(TensorType type) {
        return type.dtype() == DType.F64;
    }

    /** Both plain numbers of one element type. */
    public static boolean arePlain(TensorType a, TensorType b) {
        return isPlain(a) && isPlain(b) && a.dtype() == b.dtype();
    }

    /** Both float32, both plain S32 or both plain S64, both S16 codes, or both 8-bit codes. */
    public static void numbers(TensorType a, TensorType b, String what) {
        if (arePlain(a, b)) {
            return;
        }
        activation16(a, what);
        activation16(b, what);
        if (isReal(a) != isReal(b) || (a.dtype() == DType.S16) != (b.dtype() == DType.S16)) {
            throw new ShapeException(
                    what + " must be all of one kind, but the types are " + a + " and " + b);
        }
    }

    /**
     * The output has numbers of the kind of the input's: float32, plain of the same element type,
     * or codes of as many bits, whose element type then may differ.
     */
    public static void outputNumbers(TensorType in, TensorType out) {
        if (isPlain(in)) {
            sameFormat(in, out);
        } else if (in.dtype() == DType.S16) {
            sameFormat(in, out);
            activation16(out, "the output");
        } else {
            outputFamily(in, out);
        }
    }

    /**
     * Weights and optional bias (input 2) of a convolution or fully connected operator.
     *
     * <p>Float32 weights and bias for float32 {@code x}; for 8-bit codes, weights of at most 8 bits
     * quantized per tensor or along {@code channelAxis}, and an S32 bias without quantization of
     * its own: it counts in units of input scale times weight scale.
     */
    public static void weights(OpInputs in, int channelAxis, int channels) {
        activation(in.type(0), "input");
        weights16(in, channelAxis, channels);
    }

    /** The same, or S16 codes with such weights; their bias may be S64 too. */
    public static void weights16(OpInputs in, int channelAxis, int channels) {
        TensorType x = in.type(0);
        TensorType w = in.type(1);
        symmetric16(x, "input");
        if (isReal(x)) {
            if (!isReal(w)) {
                throw new ShapeException(
                        "weights of a float input must be F32, but their type is " + w);
            }
        } else {
            boolean axis =
                    w.quant() instanceof Quant.PerTensor
                            || w.quant() instanceof Quant.PerChannel p && p.axis() == channelAxis;
            if (!w.dtype().isInteger() || w.dtype().bits() > 8 || !axis) {
                throw new ShapeException(
                        "weights of a quantized input must be integers of at most 8 bits, quantized per tensor or along axis "
                                + channelAxis
                                + ", but their type is "
                                + w);
            }
        }
        if (in.has(2)) {
            TensorType b = in.type(2);
            DType expected = isReal(x) ? DType.F32 : DType.S32;
            boolean s64 = isWide(x) && b.dtype() == DType.S64;
            if (b.dtype() != expected && !s64
                    || b.isQuantized()
                    || b.shape().rank() != 1
                    || b.shape().dim(0) != channels) {
                throw new ShapeException(
                        "the bias must be "
                                + expected
                                + "["
                                + channels
                                + "], but its type is "
                                + b);
            }
        }
    }

    /**
     * The output belongs to the same family as the input: float32 to float32, 8-bit codes to 8-bit
     * codes with one scale and zero point, S16 codes to S16 codes with zero point 0.
     */
    public static void outputFamily(TensorType in, TensorType out) {
        if (isReal(in) != isReal(out)) {
            throw new ShapeException(
                    "the input is "
                            + in
                            + ", so the output cannot be "
                            + out
                            + (isReal(in) ? "" : "; declare its scale and zero point"));
        }
        if (isWide(in) != isWide(out)) {
            throw new ShapeException("the input is " + in + ", so the output cannot be " + out);
        }
        symmetric16(out, "the output");
    }

    /** As {@link #outputFamily}, or the int32 accumulators of 8-bit codes, bias included. */
    public static void outputOrSums(TensorType in, TensorType out, boolean clamps) {
        if (!isSums(out) || !in.isQuantized() || in.dtype().bits() > 8) {
            outputFamily(in, out);
        } else if (clamps) {
            throw new ShapeException("accumulators cannot be clamped by an activation");
        }
    }

    /** Whether an output holds the accumulators themselves. */
    public static boolean isSums(TensorType out) {
        return out.dtype() == DType.S32 && !out.isQuantized();
    }

    /** The output has the quantization of the input. */
    public static void sameQuant(TensorType in, TensorType out) {
        if (!in.quant().equals(out.quant()) || in.dtype() != out.dtype()) {
            throw new ShapeException(
                    "input and output must have the same type and quantization, but are "
                            + in
                            + " and "
                            + out);
        }
    }

    /** The output has the element type of the input and is quantized if the input is. */
    public static void sameFormat(TensorType in, TensorType out) {
        if (in.dtype() != out.dtype() || in.isQuantized() != out.isQuantized()) {
            throw new ShapeException(
                    "input and output must hold the same elements, but are " + in + " and " + out);
        }
    }

    /** Float32 without quantization. */
    public static boolean isReal(TensorType type) {
        return type.dtype() == DType.F32 && !type.isQuantized();
    }

    /**
     * The default output type of an operator that requantizes: same element type, no quantization
     * yet.
     */
    public static TensorType open(TensorType in, Shape shape) {
        return TensorType.of(in.dtype(), shape);
    }
}

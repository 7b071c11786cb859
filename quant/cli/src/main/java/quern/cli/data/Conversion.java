package quern.cli.data;

import quern.error.FormatException;
import quern.error.ShapeException;
import quern.fixedpoint.Quantization;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** From what a file stores to what a model takes, for one input. */
final class Conversion {
    private final ModelInput input;
    private final TensorType type;
    private final Preprocessing how;

    Conversion(ModelInput input, Preprocessing how) {
        this.input = input;
        this.type = input.type();
        this.how = how;
        if (type.dtype() == DType.F16 || type.dtype() == DType.BF16) {
            throw new ShapeException(
                    "input " + input.name(),
                    "data for inputs of type " + type.dtype().numpyName() + " is not read");
        }
        if (type.isQuantized()) {
            type.perTensor("input " + input.name());
        }
    }

    /**
     * The real numbers of a sample as float32. An input of integers without quantization has no
     * reals: it keeps its type.
     *
     * @param name of the sample
     */
    Tensor real(Tensor stored, String name) {
        if (type.isQuantized() || type.dtype().isFloat()) {
            return Tensor.of(type.shape(), reals(stored, name));
        }
        return exact(stored, name);
    }

    /** A sample in the type of the input. */
    Tensor exact(Tensor stored, String name) {
        if (how.isRaw()) {
            return raw(stored, name);
        } else if (type.dtype() == DType.F32) {
            return Tensor.of(type.shape(), reals(stored, name));
        } else if (type.isQuantized()) {
            return quantized(reals(stored, name));
        }
        Tensor t = Tensor.zeros(type);
        if (type.dtype() == DType.F64) {
            float[] reals = reals(stored, name);
            for (int i = 0; i < reals.length; i++) {
                t.doubles()[i] = reals[i];
            }
        } else {
            for (int i = 0; i < t.elements(); i++) {
                t.setInteger(i, whole(stored, i, name));
            }
        }
        return t;
    }

    private Tensor raw(Tensor stored, String name) {
        if (stored.dtype() != type.dtype()) {
            throw new ShapeException(
                    name,
                    "holds "
                            + stored.dtype().numpyName()
                            + ", but --raw passes it through to "
                            + input);
        }
        if (type.dtype().isFloat()) {
            reals(stored, name);
        } else if (type.isQuantized()) {
            for (int i = 0; i < stored.elements(); i++) {
                limit(stored.integer(i), type.codeMin(), type.codeMax(), i, name);
            }
        }
        return stored.as(type);
    }

    private Tensor quantized(float[] reals) {
        Quant.PerTensor q = type.perTensor("input " + input.name());
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < reals.length; i++) {
            t.setInteger(
                    i,
                    Quantization.quantize(
                            reals[i],
                            q.scale(),
                            q.zeroPoint(),
                            type.codeMin(),
                            type.codeMax(),
                            input.rounding()));
        }
        return t;
    }

    private float[] reals(Tensor stored, String name) {
        float[] reals = new float[stored.elements()];
        boolean floats = stored.dtype().isFloat();
        if (!floats && how.isRaw()) {
            Quant.PerTensor q = raw(stored, name).type().perTensor("input " + input.name());
            for (int i = 0; i < reals.length; i++) {
                reals[i] = Quantization.dequantize(stored.code(i), q.scale(), q.zeroPoint());
            }
        } else if (!floats && how.stored().isPresent()) {
            dequantize(stored, how.stored().get(), name, reals);
        } else {
            for (int i = 0; i < reals.length; i++) {
                reals[i] = Elements.real(stored, i);
                checkFinite(reals[i], i, name);
            }
        }
        return reals;
    }

    private void dequantize(Tensor stored, StoredScale scale, String name, float[] reals) {
        if (scale.isTypeGiven() && stored.dtype() != scale.dtype()) {
            throw new FormatException(
                    name,
                    "holds "
                            + stored.dtype().numpyName()
                            + ", but --data-type says "
                            + scale.dtype().numpyName());
        }
        for (int i = 0; i < reals.length; i++) {
            limit(stored.integer(i), Integer.MIN_VALUE, Integer.MAX_VALUE, i, name);
            reals[i] = scale.real(stored.code(i));
            checkFinite(reals[i], i, name);
        }
    }

    private long whole(Tensor stored, int i, String name) {
        long value;
        if (stored.dtype().isFloat()) {
            float real = Elements.real(stored, i);
            checkFinite(real, i, name);
            value = (long) real;
            if (value != real) {
                throw new FormatException(
                        name,
                        "holds " + real + " at element " + i + ", but " + input + " is whole");
            }
        } else {
            value = stored.integer(i);
        }
        int bits = type.dtype() == DType.BOOL ? 1 : type.dtype().bits();
        limit(value, type.dtype().min(bits), type.dtype().max(bits), i, name);
        return value;
    }

    private void limit(long value, long least, long most, int i, String name) {
        if (value < least || value > most) {
            throw new FormatException(
                    name,
                    "holds "
                            + value
                            + " at element "
                            + i
                            + ", outside "
                            + least
                            + ".."
                            + most
                            + " of "
                            + input);
        }
    }

    private static void checkFinite(float value, int i, String name) {
        if (Float.isNaN(value) || Float.isInfinite(value)) {
            throw new FormatException(
                    name,
                    "holds "
                            + (Float.isNaN(value) ? "NaN" : "an infinite number")
                            + " at element "
                            + i);
        }
    }
}

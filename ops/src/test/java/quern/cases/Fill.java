package quern.cases;

import java.util.Random;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Contents of tensors. */
final class Fill {
    private static final float[] WILD = {
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        -0f,
        0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        -1e-40f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        1,
        -1,
        0.5f,
        2.5f,
        1e-20f,
        -1e20f
    };

    private Fill() {}

    /** One value everywhere: an integer for integer types, else a real number. */
    static Tensor constant(TensorType type, double value) {
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < t.elements(); i++) {
            set(t, i, value);
        }
        return t;
    }

    /** The given values over and over. */
    static Tensor cycle(TensorType type, double... values) {
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < t.elements(); i++) {
            set(t, i, values[i % values.length]);
        }
        return t;
    }

    /** All codes from the smallest on, again and again. */
    static Tensor ramp(TensorType type) {
        Tensor t = Tensor.zeros(type);
        long count = (long) type.codeMax() - type.codeMin() + 1;
        for (int i = 0; i < t.elements(); i++) {
            t.setInteger(i, type.codeMin() + i % count);
        }
        return t;
    }

    /** NaN, infinities, both zeros, subnormals and the largest numbers, over and over. */
    static Tensor wild(Shape shape) {
        Tensor t = Tensor.zeros(TensorType.of(DType.F32, shape));
        for (int i = 0; i < t.elements(); i++) {
            t.floats()[i] = WILD[i % WILD.length];
        }
        return t;
    }

    /** Random codes of an integer type: any, or only the extremes, or one extreme. */
    static Tensor codes(TensorType type, Draw d) {
        int kind = d.between(0, 24);
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < t.elements(); i++) {
            boolean low = kind == 0 || kind == 1 && d.chance(50);
            t.setInteger(i, low ? type.codeMin() : kind <= 2 ? type.codeMax() : code(type, d));
        }
        return t;
    }

    /** Random real numbers: mostly ordinary ones, sometimes few distinct ones or wild ones. */
    static Tensor reals(Shape shape, Draw d) {
        Tensor t = Tensor.zeros(TensorType.of(DType.F32, shape));
        int kind = d.between(0, 9);
        float scale = d.scale(1);
        Random random = d.random();
        for (int i = 0; i < t.elements(); i++) {
            t.floats()[i] =
                    kind == 0 && d.chance(20)
                            ? WILD[random.nextInt(WILD.length)]
                            : kind == 1
                                    ? d.between(-4, 4) * 0.5f
                                    : (float) random.nextGaussian() * scale;
        }
        return t;
    }

    /** Random bits in a tensor of any type (0 and 1 for BOOL). */
    static Tensor bits(TensorType type, Draw d) {
        if (type.dtype() == DType.F32) {
            return reals(type.shape(), d);
        }
        Tensor t = Tensor.zeros(type);
        Random random = d.random();
        for (int i = 0; i < t.elements(); i++) {
            switch (type.dtype()) {
                case F64 -> t.doubles()[i] = random.nextGaussian();
                case F16, BF16 -> t.shorts()[i] = (short) random.nextInt();
                case BOOL -> t.bytes()[i] = (byte) random.nextInt(2);
                default -> t.setInteger(i, type.isQuantized() ? code(type, d) : random.nextLong());
            }
        }
        return t;
    }

    /** Integers without quantization: mostly few distinct ones, else any bits. */
    static Tensor integers(DType dtype, Shape shape, Draw d) {
        TensorType type = TensorType.of(dtype, shape);
        if (d.chance(25)) {
            return bits(type, d);
        }
        Tensor t = Tensor.zeros(type);
        boolean signed = dtype.isSigned();
        for (int i = 0; i < t.elements(); i++) {
            t.setInteger(i, dtype == DType.BOOL ? d.between(0, 1) : d.between(signed ? -3 : 0, 4));
        }
        return t;
    }

    private static long code(TensorType type, Draw d) {
        long count = (long) type.codeMax() - type.codeMin() + 1;
        return type.codeMin() + (long) (d.random().nextDouble() * count);
    }

    private static void set(Tensor t, int i, double value) {
        if (t.dtype() == DType.F32) {
            t.floats()[i] = (float) value;
        } else {
            t.setInteger(i, (long) value);
        }
    }
}

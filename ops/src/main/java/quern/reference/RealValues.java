package quern.reference;

import quern.fixedpoint.Quantization;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The real numbers of a tensor that holds float32 numbers or codes with one scale. */
final class RealValues {
    private RealValues() {}

    /** All elements, codes dequantized. */
    static float[] of(Tensor x) {
        TensorType type = x.type();
        float[] real = new float[x.elements()];
        for (int i = 0; i < real.length; i++) {
            real[i] =
                    type.isQuantized()
                            ? Quantization.dequantize(x.code(i), type.scale(0), type.zeroPoint(0))
                            : x.real(i);
        }
        return real;
    }

    /** Puts all elements into a tensor; codes are rounded with ties to even. */
    static void store(float[] real, Tensor y) {
        TensorType type = y.type();
        for (int i = 0; i < real.length; i++) {
            if (!type.isQuantized()) {
                y.setReal(i, real[i]);
            } else {
                int code =
                        Quantization.quantizeHalfEven(
                                real[i],
                                type.scale(0),
                                type.zeroPoint(0),
                                type.codeMin(),
                                type.codeMax());
                y.setInteger(i, code);
            }
        }
    }
}

package quern.quant.affine;

import quern.fixedpoint.Quantization;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Real tensors to codes and back. */
public final class Codes {
    private Codes() {}

    /**
     * The codes of an F32 tensor: {@code clamp(rint(f32(x / scale)) + zeroPoint)}, ties to even,
     * within the codes of the scheme. The tensor is not changed.
     *
     * @param quant per tensor or per channel, with the bits of the scheme
     */
    public static Tensor quantize(Tensor real, AffineScheme scheme, Quant quant) {
        TensorType type = new TensorType(scheme.dtype(), real.shape(), quant);
        Tensor codes = Tensor.zeros(type);
        Channels channels = Channels.of(type);
        for (int i = 0; i < real.elements(); i++) {
            int c = channels.of(i);
            codes.setInteger(
                    i,
                    Quantization.quantizeHalfEven(
                            real.real(i),
                            type.scale(c),
                            type.zeroPoint(c),
                            scheme.min(),
                            scheme.max()));
        }
        return codes;
    }

    /** The real numbers that codes stand for, {@code scale * (code - zeroPoint)}, as F32. */
    public static Tensor dequantize(Tensor codes) {
        Tensor real = Tensor.zeros(TensorType.of(DType.F32, codes.shape()));
        ElementScales q = ElementScales.of(codes.type());
        for (int i = 0; i < codes.elements(); i++) {
            real.floats()[i] = Quantization.dequantize(codes.code(i), q.scale(i), q.zeroPoint(i));
        }
        return real;
    }
}

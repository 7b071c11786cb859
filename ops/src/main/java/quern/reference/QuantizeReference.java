package quern.reference;

import quern.fixedpoint.DynamicRange;
import quern.fixedpoint.Quantization;
import quern.fixedpoint.Rescale;
import quern.op.quantize.Dequantize;
import quern.op.quantize.DynamicQuantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.tensor.Quant;
import quern.tensor.Tensor;

/**
 * Between real numbers and codes, with the arithmetic of {@link Quantization} and {@link Rescale}.
 */
final class QuantizeReference {
    private QuantizeReference() {}

    static void quantize(Quantize op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            y.setInteger(i, ActivationReference.quantized(x.real(i), y, c));
        }
    }

    static void dequantize(Dequantize op, KernelContext c) {
        Tensor x = c.input(0);
        for (int i = 0; i < x.elements(); i++) {
            c.output().setReal(i, real(x, i));
        }
    }

    private static float real(Tensor x, int i) {
        if (x.type().quant() instanceof Quant.PerTensor q) {
            return Quantization.dequantize(x.code(i), q.scale(), q.zeroPoint());
        }
        int at = Indexing.scale(x.type(), i);
        if (x.type().quant() instanceof Quant.PerChannel q) {
            return Quantization.dequantize(x.code(i), q.scales().at(at), q.zeroPoints().at(at));
        }
        Quant.PerBlock q = (Quant.PerBlock) x.type().quant();
        return Quantization.dequantize(x.code(i), q.scales().at(at), q.zeroPoints().at(at));
    }

    static void dynamic(DynamicQuantize op, KernelContext c) {
        Tensor x = c.input(0);
        float low = 0;
        float high = 0;
        for (int i = 0; i < x.elements(); i++) {
            low = x.real(i) < low ? x.real(i) : low;
            high = x.real(i) > high ? x.real(i) : high;
        }
        DynamicRange range = DynamicRange.of(low, high);
        for (int i = 0; i < x.elements(); i++) {
            int code =
                    Quantization.quantizeHalfEven(
                            x.real(i), range.scale(), range.zeroPoint(), 0, 255);
            c.output().setInteger(i, code);
        }
        c.outputs().get(1).setReal(0, range.scale());
        c.outputs().get(2).setInteger(0, range.zeroPoint());
    }

    static void requantize(Requantize op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        Rescale rescale = NodeRescale.requantize(c.node(), x.type(), y.type());
        for (int i = 0; i < y.elements(); i++) {
            y.setInteger(i, rescale.apply(x.code(i)));
        }
    }
}

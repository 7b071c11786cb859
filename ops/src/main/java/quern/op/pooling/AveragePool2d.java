package quern.op.pooling;

import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Attributes;
import quern.op.ImageOps;
import quern.op.OpInputs;
import quern.op.Padding;
import quern.op.TypeRules;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * The mean of the taps inside the image; for an integer result rounded as the node's rounding mode
 * says.
 *
 * @param kernel height, width of the window
 * @param stride vertical, horizontal
 * @param padding at the border; taps in the padding do not count
 * @param activation clamp of the result
 */
public record AveragePool2d(Ints kernel, Ints stride, Padding padding, Activation activation)
        implements Pooling {
    public AveragePool2d {
        Pooling.require(kernel, stride);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        Shape out = pool(in.type(0));
        TypeRules.symmetric16(in.type(0), "the input of a pooling operator");
        return List.of(TypeRules.open(in.type(0), out));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputFamily(in.type(0), outputs.get(0));
        if (!roundsReals(rounding)) {
            TypeRules.sameQuant(in.type(0), outputs.get(0));
        }
    }

    /**
     * Whether codes are averaged as dequantized numbers, so that the result may have another
     * quantization: in float-even and onnx-ref. Else as integers.
     */
    public static boolean roundsReals(RoundingMode mode) {
        return mode == RoundingMode.FLOAT_EVEN || mode == RoundingMode.ONNX_REF;
    }

    @Override
    public AveragePool2d with(Activation other) {
        return new AveragePool2d(kernel, stride, padding, other);
    }

    /** Restores what {@link #write} wrote. */
    public static AveragePool2d read(Attributes a) {
        return new AveragePool2d(
                a.ints("kernel", 2), ImageOps.stride(a), Padding.read(a), ImageOps.activation(a));
    }
}

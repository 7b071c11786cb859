package quern.cases;

import quern.op.Activated;
import quern.op.Activation;
import quern.op.Op;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Random cases of operators with weights and a bias: float or quantized, each of weights and bias a
 * constant or a graph input.
 */
final class WeightedCase {
    private WeightedCase() {}

    /**
     * @param axis of the output channels in the weights
     * @param taps products that make one output element
     */
    static OpCase of(Draw d, Op op, Shape x, Shape w, int axis, int taps) {
        boolean real = d.chance(35);
        boolean weightsAreInput = d.chance(20);
        Shape bias = Shape.of(w.dim(axis));
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        if (real) {
            b.input("x", Fill.reals(x, d)).operand("w", Fill.reals(w, d), weightsAreInput);
            if (d.chance(75)) {
                b.operand("b", Fill.reals(bias, d), d.chance(20));
            }
            return b.build(op);
        }
        TensorType xType = activation(d, op, x);
        TensorType wType = Types.weights(d, w, axis);
        b.input("x", Fill.codes(xType, d)).operand("w", Fill.codes(wType, d), weightsAreInput);
        if (d.chance(75)) {
            DType dtype = xType.dtype() == DType.S16 && d.chance(60) ? DType.S64 : DType.S32;
            b.operand("b", bias(d, dtype, bias), d.chance(20));
        }
        boolean clamps = op instanceof Activated a && a.activation() != Activation.NONE;
        if (op.makesSums() && !clamps && xType.dtype() != DType.S16 && d.chance(15)) {
            return b.build(op, TensorType.of(DType.S32, b.infer(op).shape()));
        }
        int octaves = d.chance(80) ? d.between(-2, 3) : d.between(-9, 6);
        double spread = 32 * Math.sqrt(taps) * Math.scalb(1.0, octaves);
        double scale = xType.perTensor("x").scale() * wType.scale(0) * spread;
        return b.build(op, Types.output(d, b.infer(op), scale));
    }

    /** Small enough for the accumulator to stay within 32 bits. */
    private static Tensor bias(Draw d, DType dtype, Shape shape) {
        Tensor t = Tensor.zeros(TensorType.of(dtype, shape));
        int limit = 1 << d.between(0, 22);
        int shift = dtype == DType.S64 ? d.between(0, 18) : 0;
        for (int i = 0; i < t.elements(); i++) {
            t.setInteger(i, (long) d.between(-limit, limit) << shift);
        }
        return t;
    }

    private static TensorType activation(Draw d, Op op, Shape x) {
        boolean wide =
                op instanceof Conv2d
                        || op instanceof DepthwiseConv2d
                        || op instanceof FullyConnected
                        || op instanceof TransposeConv;
        return wide ? Types.activation16(d, x, 0.05) : Types.activation(d, x, 0.05);
    }
}

package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.nn.TransposeConv;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Transposed convolutions: sizes that fit, that cut off and that nothing reaches. */
final class TransposeConvCases {
    private static final int MAX_CHANNELS = 19;
    private static final Ints ONE = Ints.of(1, 1);

    private TransposeConvCases() {}

    static OpCase random(Draw d) {
        Ints stride = Ints.of(d.between(1, 3), d.between(1, 3));
        Ints kernel = Ints.of(d.upTo(1, 5), d.upTo(1, 5));
        Shape x = Shape.of(d.upTo(1, 3), d.upTo(1, 7), d.upTo(1, 7), d.upTo(1, MAX_CHANNELS));
        Padding padding = padding(d);
        Ints size =
                d.chance(80)
                        ? Ints.of(
                                size(d, x.dim(1), stride.at(0), kernel.at(0), padding),
                                size(d, x.dim(2), stride.at(1), kernel.at(1), padding))
                        : Ints.of(d.upTo(1, 20), d.upTo(1, 20));
        var op = new TransposeConv(size, stride, padding, d.activation());
        Shape w = Shape.of(d.upTo(1, MAX_CHANNELS), kernel.at(0), kernel.at(1), x.dim(3));
        return WeightedCase.of(d, op, x, w, 0, kernel.at(0) * kernel.at(1) * x.dim(3));
    }

    private static Padding padding(Draw d) {
        int kind = d.between(0, 2);
        if (kind < 2) {
            return kind == 0 ? Padding.SAME : Padding.VALID;
        }
        return new Padding.Explicit(d.between(0, 3), d.between(0, 3), d.between(0, 3), 0);
    }

    /** A size that a convolution turns into {@code input}. */
    private static int size(Draw d, int input, int stride, int kernel, Padding padding) {
        int rest = d.between(0, stride - 1);
        return padding == Padding.SAME
                ? input * stride - rest
                : (input - 1) * stride + kernel + rest;
    }

    static List<OpCase> awkward() {
        List<OpCase> all = new ArrayList<>();
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(codes(mode));
        }
        all.add(real("gaps that nothing reaches", Ints.of(7, 9), Ints.of(3, 4), 2));
        all.add(real("a stride larger than the output", Ints.of(2, 1), Ints.of(9, 9), 3));
        all.add(real("one pixel of output", ONE, ONE, 3));
        all.add(real("an output far larger than what is reached", Ints.of(30, 3), ONE, 2));
        all.add(
                new CaseBuilder("TransposeConv wild floats")
                        .input("x", Fill.wild(Shape.of(1, 5, 5, 3)))
                        .input("w", Fill.wild(Shape.of(4, 3, 3, 3)))
                        .input("b", Tensor.of(Shape.of(4), -0f, -0f, 0f, 1f))
                        .build(op(Ints.of(10, 13), Ints.of(2, 3), Padding.SAME)));
        all.add(
                new CaseBuilder("TransposeConv no image")
                        .input("x", Tensor.of(Shape.of(0, 2, 2, 1), new float[0]))
                        .constant("w", Tensor.of(Shape.of(1, 1, 1, 1), 1f))
                        .build(op(Ints.of(2, 2), ONE, Padding.VALID)));
        all.add(
                new CaseBuilder("TransposeConv an image without pixels")
                        .input("x", Tensor.of(Shape.of(1, 0, 2, 1), new float[0]))
                        .constant("w", Tensor.of(Shape.of(1, 2, 2, 1), 1f, 2f, 3f, 4f))
                        .constant("b", Tensor.of(Shape.of(1), -0f))
                        .build(op(Ints.of(2, 3), ONE, Padding.VALID)));
        return all;
    }

    private static TransposeConv op(Ints size, Ints stride, Padding padding) {
        return new TransposeConv(size, stride, padding, Activation.NONE);
    }

    /** Every input code, power-of-two scales, ties. */
    private static OpCase codes(RoundingMode mode) {
        TensorType x = TensorType.s8(0.5f, -1, 1, 16, 16, 1);
        TensorType w = TensorType.s8(0.25f, 0, 3, 3, 2, 1);
        return new CaseBuilder("TransposeConv all codes, ties, " + mode.label())
                .rounding(mode)
                .input("x", Fill.ramp(x))
                .constant("w", Fill.cycle(w, 1, -1, 127, 0, -127, 2, 1))
                .constant("b", Tensor.of(Shape.of(3), 0, 5, -8))
                .build(
                        op(Ints.of(32, 31), Ints.of(2, 2), Padding.SAME),
                        Quant.perTensor(16 * 0.125f, 5));
    }

    private static OpCase real(String name, Ints size, Ints stride, int kernel) {
        Draw d = new Draw(Draw.MAX_SIZE, name.hashCode());
        return new CaseBuilder("TransposeConv " + name)
                .input("x", Fill.reals(Shape.of(2, 3, 2, 3), d))
                .constant("w", Fill.reals(Shape.of(5, kernel, kernel, 3), d))
                .constant("b", Fill.reals(Shape.of(5), d))
                .build(op(size, stride, Padding.VALID));
    }
}

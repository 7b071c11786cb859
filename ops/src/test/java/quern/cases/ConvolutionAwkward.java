package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Fixed convolutions at the edges: extremes, ties, windows that see nothing but padding. */
final class ConvolutionAwkward {
    private static final Ints ONE = Ints.of(1, 1);
    private static final Padding WIDE = new Padding.Explicit(5, 0, 4, 7);

    private ConvolutionAwkward() {}

    static List<OpCase> conv2d() {
        List<OpCase> all = new ArrayList<>();
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(codes("all codes, ties", mode, conv(ONE, Padding.VALID, 1), 16, -1, 1));
            all.add(codes("saturates", mode, conv(ONE, Padding.VALID, 1), 0.25, 3, 1));
            all.add(codes("3 taps at the border", mode, conv(ONE, Padding.SAME, 1), 8, 127, 3));
            all.add(codes("sees only padding", mode, conv(Ints.of(2, 2), WIDE, 3), 4, -128, 2));
            all.add(extremes(mode, -128, 127, -128));
            all.add(extremes(mode, 127, -128, -128));
            all.add(extremes(mode, 127, -128, 127));
        }
        Conv2d same = conv(Ints.of(2, 1), Padding.SAME, 3);
        all.add(real("1x1 image, 3x3 dilated kernel", same, Shape.of(2, 1, 1, 3), 3, 3));
        all.add(real("no image", same, Shape.of(0, 4, 4, 2), 3, 3));
        all.add(real("even kernel", conv(ONE, Padding.SAME, 1), Shape.of(1, 3, 5, 2), 2, 4));
        all.add(real("pads larger than kernel", conv(ONE, WIDE, 1), Shape.of(1, 1, 2, 1), 2, 2));
        all.add(wild());
        all.add(manyTaps());
        for (RoundingMode mode : RoundingMode.values()) {
            for (DType bias : new DType[] {DType.S32, DType.S64}) {
                all.add(wide(mode, bias, 1e-9f));
                all.add(wide(mode, bias, 1e-4f));
                all.add(wide(mode, bias, 4000));
                all.add(wideTies(mode, bias));
            }
        }
        return all;
    }

    /** Codes of 16 bits at their ends, beyond 32 bits where a channel has an S64 bias or none. */
    private static OpCase wide(RoundingMode mode, DType bias, float scale) {
        TensorType x =
                new TensorType(DType.S16, Shape.of(1, 2, 3, 300), new Quant.PerTensor(1, 0, 16));
        TensorType w =
                new TensorType(
                        DType.S8,
                        Shape.of(4, 1, 2, 300),
                        Quant.perChannel(0, new float[] {1, .5f, 3, 1e-3f}));
        Tensor b = Tensor.zeros(TensorType.of(bias, Shape.of(4)));
        for (int i = 0; i < 4; i++) {
            b.setInteger(i, bias == DType.S64 ? 1234567890123L * (i - 1) : Integer.MAX_VALUE >> i);
        }
        Tensor codes = Fill.constant(x, -32768);
        for (int i = 600; i < 1200; i++) {
            codes.setInteger(i, 32767);
        }
        String title = "Conv2d of 16 bits to " + scale + ", bias " + bias + ", ";
        return new CaseBuilder(title + mode.label())
                .rounding(mode)
                .input("x", codes)
                .constant("w", Fill.constant(w, -127))
                .constant("b", b)
                .build(conv(ONE, Padding.SAME, 1), new Quant.PerTensor(scale, 0, 16));
    }

    /** Ties of both signs, with the multiplier one of 16 bits holds and of the next power. */
    private static OpCase wideTies(RoundingMode mode, DType bias) {
        TensorType x =
                new TensorType(DType.S16, Shape.of(1, 1, 64, 1), new Quant.PerTensor(1, 0, 16));
        TensorType w = TensorType.s8(0.25f, 0, 2, 1, 1, 1);
        Tensor b = Tensor.zeros(TensorType.of(bias, Shape.of(2)));
        b.setInteger(1, -1);
        String title = "Conv2d of 16 bits, ties, bias " + bias + ", ";
        return new CaseBuilder(title + mode.label())
                .rounding(mode)
                .input("x", Fill.cycle(x, -32768, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7))
                .constant("w", Fill.cycle(w, 1, -127))
                .constant("b", b)
                .build(conv(ONE, Padding.VALID, 1), new Quant.PerTensor(1, 0, 16));
    }

    static List<OpCase> depthwise() {
        List<OpCase> all = new ArrayList<>();
        for (RoundingMode mode : RoundingMode.values()) {
            DepthwiseConv2d op =
                    new DepthwiseConv2d(ONE, Ints.of(2, 2), Padding.SAME, Activation.RELU);
            TensorType x = TensorType.s8(0.5f, -128, 1, 16, 16, 3);
            TensorType w =
                    new TensorType(
                            DType.S8,
                            Shape.of(1, 3, 3, 6),
                            Quant.perChannel(3, new float[] {1, .5f, .25f, 2, .125f, .1f}));
            all.add(
                    new CaseBuilder("DepthwiseConv2d all codes, multiplier 2, " + mode.label())
                            .rounding(mode)
                            .input("x", Fill.ramp(x))
                            .constant("w", Fill.cycle(w, 1, -2, 127, -127, 3, 0, 64))
                            .build(op, Quant.perTensor(8, -128)));
        }
        DepthwiseConv2d wide = new DepthwiseConv2d(ONE, ONE, WIDE, Activation.NONE);
        all.add(
                new CaseBuilder("DepthwiseConv2d wild floats, pads larger than kernel")
                        .input("x", Fill.wild(Shape.of(2, 3, 3, 5)))
                        .input("w", Fill.wild(Shape.of(1, 2, 2, 5)))
                        .build(wide));
        return all;
    }

    private static Conv2d conv(Ints stride, Padding padding, int dilation) {
        return new Conv2d(stride, Ints.of(dilation, dilation), padding, 1, Activation.NONE);
    }

    /** Every input code, power-of-two scales: {@code divisor} steps make one of the output. */
    private static OpCase codes(
            String name, RoundingMode mode, Conv2d op, double divisor, int zero, int kernel) {
        TensorType x = TensorType.s8(0.5f, zero, 1, 16, 16, 1);
        TensorType w = TensorType.s8(0.25f, 0, 2, kernel, kernel, 1);
        return new CaseBuilder("Conv2d " + name + ", " + mode.label())
                .rounding(mode)
                .input("x", Fill.ramp(x))
                .constant("w", Fill.cycle(w, 1, -1, 1))
                .constant("b", Tensor.of(Shape.of(2), 0, 5))
                .build(op, Quant.perTensor((float) (0.125 * divisor), zero == 127 ? -3 : 5));
    }

    private static OpCase extremes(RoundingMode mode, int code, int weight, int zero) {
        TensorType x = TensorType.s8(0.02f, zero, 1, 3, 3, 19);
        TensorType w = TensorType.s8(0.01f, 127, 5, 3, 3, 19);
        String name = "Conv2d all " + code + " times " + weight + " around " + zero;
        return new CaseBuilder(name + ", " + mode.label())
                .rounding(mode)
                .input("x", Fill.constant(x, code))
                .constant("w", Fill.constant(w, weight))
                .build(conv(ONE, Padding.VALID, 1), Quant.perTensor(20, 0));
    }

    private static OpCase real(String name, Conv2d op, Shape x, int kernel, int out) {
        Draw d = new Draw(Draw.MAX_SIZE, name.hashCode());
        return new CaseBuilder("Conv2d " + name)
                .input("x", Fill.reals(x, d))
                .constant("w", Fill.reals(Shape.of(out, kernel, kernel, x.dim(3)), d))
                .constant("b", Fill.reals(Shape.of(out), d))
                .build(op);
    }

    /** Padding times infinity is NaN; the bias is -0. */
    private static OpCase wild() {
        return new CaseBuilder("Conv2d wild floats")
                .input("x", Fill.wild(Shape.of(1, 5, 5, 3)))
                .input("w", Fill.wild(Shape.of(4, 3, 3, 3)))
                .input("b", Tensor.of(Shape.of(4), -0f, -0f, 0f, 1f))
                .build(conv(ONE, Padding.SAME, 1));
    }

    /** Accumulators beyond 2^24, which binary32 no longer holds exactly. */
    private static OpCase manyTaps() {
        TensorType x = TensorType.s8(0.1f, 127, 1, 1, 16, 1200);
        TensorType w = TensorType.s8(0.1f, 127, 3, 1, 1, 1200);
        return new CaseBuilder("Conv2d accumulators beyond 24 bits")
                .rounding(RoundingMode.FLOAT_EVEN)
                .input("x", Fill.cycle(x, -128, -127, -128, -128, -90))
                .constant("w", Fill.cycle(w, -128, -128, -101, -128, -128, -128, 3))
                .build(conv(ONE, Padding.VALID, 1), Quant.perTensor(5000, -128));
    }
}

package quern.cases;

import java.util.List;
import quern.op.ImageOps;
import quern.op.Padding;
import quern.op.gradient.ClampGradient;
import quern.op.gradient.ConvFilterGradient;
import quern.op.gradient.ConvInputGradient;
import quern.op.gradient.MaxPoolGradient;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** Gradients of convolutions and of maximum pooling. */
final class GradientCases {
    private static final Ints ONE = Ints.of(1, 1);

    private GradientCases() {}

    /** A convolution, of whose tensors the gradients are made. */
    private record Layer(
            int images,
            int height,
            int width,
            int channels,
            int outputs,
            Ints kernel,
            Ints stride,
            Ints dilation,
            Padding padding,
            int groups,
            boolean depthwise) {
        static Layer of(Draw d) {
            boolean depthwise = d.chance(30);
            int groups = !depthwise && d.chance(20) ? 2 : 1;
            int channels = groups * d.upTo(1, 5);
            int outputs =
                    depthwise
                            ? channels * d.between(1, 2)
                            : groups * (d.chance(20) ? d.upTo(1, 70) : d.upTo(1, 6));
            Ints kernel = Ints.of(d.between(1, 3), d.between(1, 3));
            Padding padding =
                    d.pick(
                            Padding.SAME,
                            Padding.VALID,
                            new Padding.Explicit(1, 0, 2, 1),
                            Padding.SAME);
            int height = 5 + d.upTo(0, 4);
            int width = 5 + d.upTo(0, 4);
            return new Layer(
                    d.between(1, 5),
                    height,
                    width,
                    channels,
                    outputs,
                    kernel,
                    Ints.of(d.between(1, 2), d.between(1, 3)),
                    d.chance(20) ? Ints.of(2, 2) : ONE,
                    padding,
                    groups,
                    depthwise);
        }

        Shape x() {
            return Shape.of(images, height, width, channels);
        }

        Shape g() {
            Shape s =
                    ImageOps.output(
                            x(),
                            kernel.at(0),
                            kernel.at(1),
                            stride,
                            dilation,
                            padding,
                            Integer.toString(outputs));
            return Shape.of(s.toArray());
        }

        Shape w() {
            return depthwise
                    ? Shape.of(1, kernel.at(0), kernel.at(1), outputs)
                    : Shape.of(outputs, kernel.at(0), kernel.at(1), channels / groups);
        }

        ConvInputGradient input() {
            Ints size = Ints.of(height, width, channels);
            return new ConvInputGradient(size, stride, dilation, padding, groups, depthwise);
        }

        ConvFilterGradient filter() {
            return new ConvFilterGradient(kernel, stride, dilation, padding, groups, depthwise);
        }
    }

    static OpCase input(Draw d) {
        Layer l = Layer.of(d);
        return new CaseBuilder("")
                .input("g", Fill.reals(l.g(), d))
                .operand("w", Fill.reals(l.w(), d), d.chance(70))
                .build(l.input());
    }

    static OpCase filter(Draw d) {
        Layer l = Layer.of(d);
        return new CaseBuilder("")
                .input("x", Fill.reals(l.x(), d))
                .input("g", Fill.reals(l.g(), d))
                .build(l.filter());
    }

    static OpCase clamp(Draw d) {
        Shape s = d.shape(1, 4, 300);
        float low = d.pick(0f, -1f, Float.MIN_VALUE, -Float.MAX_VALUE);
        return new CaseBuilder("")
                .input("v", Fill.reals(s, d))
                .input("g", Fill.reals(s, d))
                .operand("low", Tensor.of(Shape.of(), low), d.chance(50))
                .operand("high", Tensor.of(Shape.of(), d.pick(1f, 6f, Float.MAX_VALUE)), true)
                .build(new ClampGradient());
    }

    static List<OpCase> awkwardClamp() {
        return List.of(
                new CaseBuilder("ClampGradient wild floats")
                        .input("v", Fill.wild(Shape.of(5, 17)))
                        .input("g", Fill.wild(Shape.of(5, 17)))
                        .input("low", Tensor.of(Shape.of(), 0f))
                        .input("high", Tensor.of(Shape.of(), 6f))
                        .build(new ClampGradient()));
    }

    static OpCase maxPool(Draw d) {
        Ints kernel = Ints.of(d.between(1, 3), d.between(1, 3));
        Ints stride = Ints.of(d.between(1, 3), d.between(1, 2));
        Padding padding = d.pick(Padding.SAME, Padding.VALID, new Padding.Explicit(3, 0, 1, 2));
        Shape x = Shape.of(d.between(1, 3), 4 + d.upTo(0, 4), 4 + d.upTo(0, 4), d.upTo(1, 6));
        Shape g = ImageOps.output(x, kernel.at(0), kernel.at(1), stride, ONE, padding, x.word(3));
        return new CaseBuilder("")
                .input("x", Fill.reals(x, d))
                .input("g", Fill.reals(Shape.of(g.toArray()), d))
                .build(new MaxPoolGradient(kernel, stride, padding));
    }

    private static Layer plain(boolean depthwise) {
        int outputs = depthwise ? 3 : 17;
        return new Layer(
                3, 5, 5, 3, outputs, Ints.of(3, 3), Ints.of(2, 1), ONE, Padding.SAME, 1, depthwise);
    }

    static List<OpCase> awkwardInput() {
        return List.of(wildInput(plain(false)), wildInput(plain(true)));
    }

    private static OpCase wildInput(Layer l) {
        return new CaseBuilder(
                        "ConvInputGradient wild floats" + (l.depthwise() ? ", depthwise" : ""))
                .input("g", Fill.wild(l.g()))
                .input("w", Fill.wild(l.w()))
                .build(l.input());
    }

    static List<OpCase> awkwardFilter() {
        return List.of(wildFilter(plain(false)), wildFilter(plain(true)));
    }

    private static OpCase wildFilter(Layer l) {
        return new CaseBuilder(
                        "ConvFilterGradient wild floats" + (l.depthwise() ? ", depthwise" : ""))
                .input("x", Fill.wild(l.x()))
                .input("g", Fill.wild(l.g()))
                .build(l.filter());
    }

    static List<OpCase> awkwardMaxPool() {
        return List.of(
                new CaseBuilder("MaxPoolGradient wild floats")
                        .input("x", Fill.wild(Shape.of(2, 5, 5, 3)))
                        .input("g", Fill.wild(Shape.of(2, 3, 5, 3)))
                        .build(new MaxPoolGradient(Ints.of(3, 2), Ints.of(2, 1), Padding.SAME)));
    }
}

package quern.cases;

import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.tensor.Shape;

/** Random convolutions: every padding, groups, dilation, any kind of weights. */
final class ConvolutionCases {
    private static final int MAX_CHANNELS = 19;

    private ConvolutionCases() {}

    static OpCase conv2d(Draw d) {
        ImageDraw g = ImageDraw.of(d, 3);
        boolean depthwise = d.chance(15);
        int groups = depthwise ? d.upTo(1, MAX_CHANNELS) : d.chance(30) ? d.upTo(1, 4) : 1;
        int in = depthwise ? 1 : d.upTo(1, MAX_CHANNELS / groups);
        int out = depthwise ? d.between(1, 2) : d.upTo(1, MAX_CHANNELS / groups);
        Conv2d op = new Conv2d(g.stride(), g.dilation(), g.padding(), groups, d.activation());
        Shape x = Shape.of(d.upTo(1, 3), g.height(), g.width(), in * groups);
        Shape w = Shape.of(out * groups, g.kernel().at(0), g.kernel().at(1), in);
        return WeightedCase.of(d, op, x, w, 0, g.kernel().at(0) * g.kernel().at(1) * in);
    }

    static OpCase depthwise(Draw d) {
        ImageDraw g = ImageDraw.of(d, 3);
        int channels = d.upTo(1, MAX_CHANNELS);
        int multiplier = d.chance(60) ? 1 : d.between(2, 3);
        DepthwiseConv2d op =
                new DepthwiseConv2d(g.stride(), g.dilation(), g.padding(), d.activation());
        Shape x = Shape.of(d.upTo(1, 3), g.height(), g.width(), channels);
        Shape w = Shape.of(1, g.kernel().at(0), g.kernel().at(1), channels * multiplier);
        return WeightedCase.of(d, op, x, w, 3, g.kernel().at(0) * g.kernel().at(1));
    }
}

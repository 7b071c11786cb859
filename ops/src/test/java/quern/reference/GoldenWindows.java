package quern.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.TransposedWindow;
import quern.op.Window;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.tensor.Ints;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Golden cases of convolutions, fully connected layers and pooling. */
final class GoldenWindows {
    static final Map<String, GoldenOperators.Row> ROWS =
            Map.of(
                    "CONV_2D", GoldenWindows::conv,
                    "TRANSPOSE_CONV", GoldenWindows::transposeConv,
                    "DEPTHWISE_CONV_2D", GoldenWindows::depthwise,
                    "FULLY_CONNECTED", GoldenWindows::fullyConnected,
                    "AVERAGE_POOL_2D", GoldenWindows::pool,
                    "MAX_POOL_2D", GoldenWindows::pool);

    private static final Ints ONES = Ints.of(1, 1);

    private GoldenWindows() {}

    /** Input, filter and, without quantization of its own, bias. */
    static List<Tensor> weighted(GoldenCase c) {
        c.requireInputs("input", "filter", "bias?");
        List<Tensor> in = new ArrayList<>();
        in.add(c.input(0).tensor());
        in.add(c.input(1).tensor());
        c.input("bias").ifPresent(b -> in.add(b.plain()));
        return in;
    }

    static Ints pair(GoldenFields params, String name) {
        return Ints.of(params.integer(name + "_h"), params.integer(name + "_w"));
    }

    private static Padding padding(GoldenFields params) {
        String word = params.text("padding");
        return switch (word) {
            case "SAME" -> Padding.SAME;
            case "VALID" -> Padding.VALID;
            default -> throw new AssertionError("unknown padding " + word);
        };
    }

    private static GoldenResult conv(GoldenCase c, GoldenFields params, RoundingMode mode) {
        Conv2d op =
                new Conv2d(
                        pair(params, "stride"),
                        pair(params, "dilation"),
                        padding(params),
                        params.integer("groups"),
                        GoldenOperators.activation(params));
        List<Tensor> in = weighted(c);
        int channels = in.get(1).shape().dim(0);
        return windowed(
                accumulated(op, in, c, op.activation(), channels, mode),
                in,
                op.stride(),
                op.dilation(),
                op.padding());
    }

    private static GoldenResult depthwise(GoldenCase c, GoldenFields params, RoundingMode mode) {
        DepthwiseConv2d op =
                new DepthwiseConv2d(
                        pair(params, "stride"),
                        pair(params, "dilation"),
                        padding(params),
                        GoldenOperators.activation(params));
        List<Tensor> in = weighted(c);
        int channels = in.get(1).shape().dim(3);
        if (params.integer("depth_multiplier") * in.get(0).shape().dim(3) != channels) {
            throw new AssertionError(c.id() + ": the depth multiplier does not fit the filter");
        }
        return windowed(
                accumulated(op, in, c, op.activation(), channels, mode),
                in,
                op.stride(),
                op.dilation(),
                op.padding());
    }

    private static GoldenResult transposeConv(
            GoldenCase c, GoldenFields params, RoundingMode mode) {
        c.requireInputs("output_shape", "filter", "input", "bias?");
        int[] size = c.input(0).integers();
        TransposeConv op =
                new TransposeConv(
                        Ints.of(size[1], size[2]),
                        pair(params, "stride"),
                        padding(params),
                        GoldenOperators.activation(params));
        List<Tensor> in = new ArrayList<>(List.of(c.input(2).tensor(), c.input(1).tensor()));
        c.input("bias").ifPresent(b -> in.add(b.plain()));
        Tensor x = in.get(0);
        Tensor w = in.get(1);
        int channels = w.shape().dim(0);
        return accumulated(op, in, c, op.activation(), channels, mode)
                .with(
                        "pad_top",
                        TransposedWindow.vertical(
                                        x.shape().dim(1),
                                        w.shape().dim(1),
                                        op.stride(),
                                        op.padding(),
                                        op.size().at(0))
                                .before())
                .with(
                        "pad_left",
                        TransposedWindow.horizontal(
                                        x.shape().dim(2),
                                        w.shape().dim(2),
                                        op.stride(),
                                        op.padding(),
                                        op.size().at(1))
                                .before());
    }

    private static GoldenResult fullyConnected(
            GoldenCase c, GoldenFields params, RoundingMode mode) {
        FullyConnected op = new FullyConnected(false, GoldenOperators.activation(params));
        List<Tensor> in = weighted(c);
        boolean perChannel = params.field("per_channel").bool();
        if (perChannel != in.get(1).type().channels() > 1 && in.get(1).shape().dim(0) > 1) {
            throw new AssertionError(c.id() + ": per_channel does not fit the filter's scales");
        }
        int channels = in.get(1).type().channels();
        return accumulated(op, in, c, op.activation(), channels, mode);
    }

    private static GoldenResult accumulated(
            Op op,
            List<Tensor> in,
            GoldenCase c,
            Activation activation,
            int channels,
            RoundingMode mode) {
        TensorType y = c.output().type();
        return GoldenOperators.golden(op, in, y, mode)
                .with(
                        NodeRescale.accumulator(
                                OneNode.node(op, in, y, mode),
                                in.get(0).type(),
                                in.get(1).type(),
                                y,
                                activation),
                        channels)
                .with(NodeRescale.range(y, activation));
    }

    private static GoldenResult windowed(
            GoldenResult result, List<Tensor> in, Ints stride, Ints dilation, Padding padding) {
        Tensor x = in.get(0);
        Tensor w = in.get(1);
        return result.with(
                Window.vertical(x.shape().dim(1), w.shape().dim(1), stride, dilation, padding),
                Window.horizontal(x.shape().dim(2), w.shape().dim(2), stride, dilation, padding));
    }

    private static GoldenResult pool(GoldenCase c, GoldenFields params, RoundingMode mode) {
        c.requireInputs("input");
        Ints kernel = pair(params, "filter");
        Ints stride = pair(params, "stride");
        Padding padding = padding(params);
        Activation activation = GoldenOperators.activation(params);
        Op op =
                c.op().equals("MAX_POOL_2D")
                        ? new MaxPool2d(kernel, stride, padding, activation)
                        : new AveragePool2d(kernel, stride, padding, activation);
        Tensor x = c.input(0).tensor();
        TensorType y = c.output().type();
        return GoldenOperators.golden(op, List.of(x), y, mode)
                .with(NodeRescale.range(y, activation))
                .with(
                        Window.vertical(x.shape().dim(1), kernel.at(0), stride, ONES, padding),
                        Window.horizontal(x.shape().dim(2), kernel.at(1), stride, ONES, padding));
    }
}

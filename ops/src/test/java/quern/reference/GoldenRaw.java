package quern.reference;

import java.util.Map;
import java.util.Optional;
import quern.fixedpoint.Requantizer;
import quern.fixedpoint.RoundingMode;
import quern.op.Window;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** Golden cases that give multipliers and offsets: the cores of the kernels run on them. */
final class GoldenRaw {
    static final Map<String, GoldenOperators.Row> ROWS =
            Map.of(
                    "RAW_CONV_2D", GoldenRaw::conv,
                    "RAW_DEPTHWISE_CONV_2D", GoldenRaw::conv,
                    "RAW_FULLY_CONNECTED", GoldenRaw::fullyConnected);

    private GoldenRaw() {}

    private static GoldenResult conv(GoldenCase c, GoldenFields params, RoundingMode mode) {
        c.requireInputs("input", "filter", "bias?");
        Tensor x = c.input(0).plain();
        Tensor w = c.input(1).plain();
        Tensor y = Tensor.zeros(c.output().type());
        int inputChannels = x.shape().dim(3);
        ConvReference.Filter filter =
                c.op().equals("RAW_DEPTHWISE_CONV_2D")
                        ? depthwise(c, params, w.shape(), inputChannels)
                        : ConvReference.Filter.ohwi(w.shape(), inputChannels / w.shape().dim(3));
        Ints stride = GoldenWindows.pair(params, "stride");
        Ints dilation = GoldenWindows.pair(params, "dilation");
        Window rows =
                new Window(
                        x.shape().dim(1),
                        w.shape().dim(1),
                        stride.at(0),
                        dilation.at(0),
                        params.integer("pad_top"),
                        y.shape().dim(1));
        Window columns =
                new Window(
                        x.shape().dim(2),
                        w.shape().dim(2),
                        stride.at(1),
                        dilation.at(1),
                        params.integer("pad_left"),
                        y.shape().dim(2));
        Requantizer requantizer =
                requantizer(params, params.integers("multiplier"), params.integers("shift"), mode);
        new ConvReference(rows, columns, filter)
                .integer(x, -params.integer("input_offset"), w, o -> 0, bias(c), requantizer, y);
        return GoldenResult.of(y);
    }

    private static ConvReference.Filter depthwise(
            GoldenCase c, GoldenFields params, Shape w, int inputChannels) {
        if (params.integer("depth_multiplier") * inputChannels != w.dim(3)) {
            throw new AssertionError(c.id() + ": the depth multiplier does not fit the filter");
        }
        return ConvReference.Filter.depthwise(w, inputChannels);
    }

    private static GoldenResult fullyConnected(
            GoldenCase c, GoldenFields params, RoundingMode mode) {
        c.requireInputs("input", "filter", "bias?");
        Tensor y = Tensor.zeros(c.output().type());
        int weightZero = -params.integer("weights_offset");
        FullyConnectedReference.integer(
                c.input(0).plain(),
                -params.integer("input_offset"),
                c.input(1).plain(),
                o -> weightZero,
                bias(c),
                requantizer(
                        params,
                        new int[] {params.integer("multiplier")},
                        new int[] {params.integer("shift")},
                        mode),
                y);
        return GoldenResult.of(y);
    }

    private static Optional<Tensor> bias(GoldenCase c) {
        return c.input("bias").map(GoldenTensor::plain);
    }

    private static Requantizer requantizer(
            GoldenFields params, int[] multipliers, int[] shifts, RoundingMode mode) {
        return Requantizer.ofMultipliers(
                multipliers,
                shifts,
                params.integer("output_offset"),
                params.integer("act_min"),
                params.integer("act_max"),
                mode);
    }
}

package quern.reference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import quern.fixedpoint.AddRescale;
import quern.fixedpoint.HardSwishScale;
import quern.fixedpoint.LeakyRescale;
import quern.fixedpoint.LogisticScale;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.Quantization;
import quern.fixedpoint.Requantizer;
import quern.fixedpoint.RoundingMode;
import quern.fixedpoint.SoftmaxScale;
import quern.fixedpoint.SubRescale;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.Op;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.PRelu;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;
import quern.op.math.Add;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.op.nn.BatchMatmul;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.op.reduction.L2Normalization;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.Sum;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The operators of the golden vectors that Quern has: one row each. */
final class GoldenOperators {
    /** Runs a case in a rounding mode. */
    interface Row {
        GoldenResult run(GoldenCase c, GoldenFields params, RoundingMode mode);
    }

    private static final Map<String, Row> ROWS = new LinkedHashMap<>();

    static {
        ROWS.put("ADD", GoldenOperators::add);
        ROWS.put("SUB", GoldenOperators::sub);
        ROWS.put("MUL", GoldenOperators::mul);
        ROWS.put("MAXIMUM", (c, params, mode) -> binary(new Maximum(), c, mode));
        ROWS.put("MINIMUM", (c, params, mode) -> binary(new Minimum(), c, mode));
        ROWS.put("MEAN", GoldenOperators::reduction);
        ROWS.put("SUM", GoldenOperators::reduction);
        ROWS.put("REDUCE_MAX", GoldenOperators::reduction);
        ROWS.put("L2_NORMALIZATION", (c, params, mode) -> unary(new L2Normalization(), c, mode));
        ROWS.put("RELU", (c, params, mode) -> unary(new Relu(), c, mode));
        ROWS.put("RELU6", (c, params, mode) -> unary(new Relu6(), c, mode));
        ROWS.put("LOGISTIC", (c, params, mode) -> logistic(new Logistic(), c, mode));
        ROWS.put("TANH", (c, params, mode) -> logistic(new Tanh(), c, mode));
        ROWS.put("LEAKY_RELU", GoldenOperators::leakyRelu);
        ROWS.put("HARD_SWISH", GoldenOperators::hardSwish);
        ROWS.put("PRELU", GoldenOperators::prelu);
        ROWS.put("SOFTMAX", GoldenOperators::softmax);
        ROWS.put("PAD", GoldenOperators::pad);
        ROWS.put("PADV2", GoldenOperators::pad);
        ROWS.put("CONCATENATION", GoldenOperators::concat);
        ROWS.put("QUANTIZE", GoldenOperators::quantize);
        ROWS.put("DEQUANTIZE", (c, params, mode) -> unary(new Dequantize(), c, mode));
        ROWS.put("RESIZE_BILINEAR", GoldenOperators::resize);
        ROWS.put("RESIZE_NEAREST_NEIGHBOR", GoldenOperators::resize);
        ROWS.put("BATCH_MATMUL", GoldenOperators::batchMatmul);
        ROWS.putAll(GoldenWindows.ROWS);
        ROWS.putAll(GoldenRaw.ROWS);
    }

    private GoldenOperators() {}

    static Map<String, Row> rows() {
        return ROWS;
    }

    static GoldenResult golden(Op op, List<Tensor> in, TensorType y, RoundingMode mode) {
        return GoldenResult.of(OneNode.run(op, in, y, mode));
    }

    static Activation activation(GoldenFields params) {
        return Activation.valueOf(params.text("activation"));
    }

    private static GoldenResult unary(Op op, GoldenCase c, RoundingMode mode) {
        c.requireInputs("input");
        return golden(op, List.of(c.input(0).tensor()), c.output().type(), mode);
    }

    private static GoldenResult binary(Op op, GoldenCase c, RoundingMode mode) {
        c.requireInputs("input1", "input2");
        List<Tensor> in = List.of(c.input(0).tensor(), c.input(1).tensor());
        return golden(op, in, c.output().type(), mode);
    }

    private static GoldenResult add(GoldenCase c, GoldenFields params, RoundingMode mode) {
        Activation activation = activation(params);
        Add op = new Add(activation);
        TensorType y = c.output().type();
        List<Tensor> in = List.of(c.input(0).tensor(), c.input(1).tensor());
        AddRescale r =
                NodeRescale.add(
                        OneNode.node(op, in, y, mode),
                        in.get(0).type(),
                        in.get(1).type(),
                        y,
                        activation);
        return sum(binary(op, c, mode), r.multiplierA(), r.multiplierB(), r.multiplierOut())
                .with(NodeRescale.range(y, activation));
    }

    private static GoldenResult sub(GoldenCase c, GoldenFields params, RoundingMode mode) {
        Activation activation = activation(params);
        Sub op = new Sub(activation);
        TensorType y = c.output().type();
        List<Tensor> in = List.of(c.input(0).tensor(), c.input(1).tensor());
        SubRescale r =
                NodeRescale.sub(
                        OneNode.node(op, in, y, mode),
                        in.get(0).type(),
                        in.get(1).type(),
                        y,
                        activation);
        return sum(binary(op, c, mode), r.multiplierA(), r.multiplierB(), r.multiplierOut())
                .with(NodeRescale.range(y, activation));
    }

    private static GoldenResult sum(
            GoldenResult result, Multiplier a, Multiplier b, Multiplier out) {
        return result.with("left_shift", AddRescale.LEFT_SHIFT)
                .with("input1_multiplier", "input1_shift", a)
                .with("input2_multiplier", "input2_shift", b)
                .with("output_multiplier", "output_shift", out);
    }

    private static GoldenResult mul(GoldenCase c, GoldenFields params, RoundingMode mode) {
        c.requireInputs("input1", "input2");
        Activation activation = activation(params);
        Mul op = new Mul(activation);
        TensorType y = c.output().type();
        List<Tensor> in = List.of(c.input(0).tensor(), c.input(1).tensor());
        Node node = OneNode.node(op, in, y, mode);
        return golden(op, in, y, mode)
                .with(
                        "output_multiplier",
                        "output_shift",
                        NodeRescale.mul(node, in.get(0).type(), in.get(1).type(), y, activation)
                                .multiplier())
                .with(NodeRescale.range(y, activation));
    }

    private static GoldenResult reduction(GoldenCase c, GoldenFields params, RoundingMode mode) {
        c.requireInputs("input", "axis");
        Tensor x = c.input(0).tensor();
        Ints axes =
                Ints.of(
                        IntStream.of(c.input(1).integers())
                                .map(x.shape()::axis)
                                .sorted()
                                .distinct()
                                .toArray());
        boolean keepDims = params.field("keep_dims").bool();
        Op op =
                switch (c.op()) {
                    case "MEAN" -> new Mean(axes, keepDims);
                    case "SUM" -> new Sum(axes, keepDims);
                    default -> new ReduceMax(axes, keepDims);
                };
        TensorType declared = c.output().type();
        // A scalar stands in the golden vectors as shape [1].
        boolean scalar = axes.size() == x.shape().rank() && !keepDims;
        TensorType y = scalar ? declared.withShape(Shape.of()) : declared;
        Node node = OneNode.node(op, List.of(x), y, mode);
        GoldenResult result = GoldenResult.of(OneNode.run(op, List.of(x), y, mode).as(declared));
        if (op instanceof Sum) {
            Requantizer r = NodeRescale.sum(node, x.type(), y, 1);
            return result.with("multiplier", r.mantissa(0)).with("shift", r.shift(0));
        }
        // The golden vectors give the multiplier before the division by the count.
        return op instanceof Mean
                ? result.with(
                        "multiplier", "shift", NodeRescale.mean(node, x.type(), y, 1).multiplier())
                : result;
    }

    private static GoldenResult batchMatmul(GoldenCase c, GoldenFields params, RoundingMode mode) {
        c.requireInputs("lhs", "rhs");
        BatchMatmul op =
                new BatchMatmul(params.field("adj_x").bool(), params.field("adj_y").bool());
        List<Tensor> in = List.of(c.input(0).tensor(), c.input(1).tensor());
        return golden(op, in, c.output().type(), mode);
    }

    private static GoldenResult resize(GoldenCase c, GoldenFields params, RoundingMode mode) {
        c.requireInputs("input", "size");
        Ints size = Ints.of(c.input(1).integers());
        boolean corners = params.field("align_corners").bool();
        boolean half = params.field("half_pixel_centers").bool();
        Op op =
                c.op().equals("RESIZE_BILINEAR")
                        ? new ResizeBilinear(size, corners, half)
                        : new ResizeNearestNeighbor(size, corners, half);
        return golden(op, List.of(c.input(0).tensor()), c.output().type(), mode);
    }

    private static GoldenResult logistic(Op op, GoldenCase c, RoundingMode mode) {
        Tensor x = c.input(0).tensor();
        Node node = OneNode.node(op, List.of(x), c.output().type(), mode);
        LogisticScale scale = NodeActivation.logistic(node, x.type());
        return unary(op, c, mode)
                .with("input_multiplier", "input_left_shift", scale.multiplier())
                .with("input_range_radius", scale.radius());
    }

    private static GoldenResult leakyRelu(GoldenCase c, GoldenFields params, RoundingMode mode) {
        LeakyRelu op = new LeakyRelu(params.field("alpha").real32());
        TensorType x = c.input(0).type();
        TensorType y = c.output().type();
        Node node = OneNode.node(op, List.of(c.input(0).tensor()), y, mode);
        LeakyRescale rescale = NodeActivation.leakyRelu(node, x, y, op.alpha());
        return unary(op, c, mode)
                .with("output_multiplier_identity", "output_shift_identity", rescale.positive())
                .with("output_multiplier_alpha", "output_shift_alpha", rescale.negative());
    }

    private static GoldenResult hardSwish(GoldenCase c, GoldenFields params, RoundingMode mode) {
        HardSwish op = new HardSwish();
        TensorType y = c.output().type();
        Node node = OneNode.node(op, List.of(c.input(0).tensor()), y, mode);
        HardSwishScale scale = NodeActivation.hardSwish(node, c.input(0).type(), y);
        return unary(op, c, mode)
                .with("reluish_multiplier_int16", scale.reluMultiplier())
                .with("reluish_multiplier_exponent", scale.reluExponent())
                .with("output_multiplier_int16", scale.outMultiplier())
                .with("output_multiplier_exponent", scale.outExponent());
    }

    private static GoldenResult prelu(GoldenCase c, GoldenFields params, RoundingMode mode) {
        c.requireInputs("input", "alpha");
        PRelu op = new PRelu();
        TensorType y = c.output().type();
        List<Tensor> in = List.of(c.input(0).tensor(), c.input(1).tensor());
        Node node = OneNode.node(op, in, y, mode);
        LeakyRescale rescale = NodeActivation.prelu(node, in.get(0).type(), in.get(1).type(), y);
        return golden(op, in, y, mode)
                .with("output_multiplier_1", "output_shift_1", rescale.positive())
                .with("output_multiplier_2", "output_shift_2", rescale.negative());
    }

    private static GoldenResult softmax(GoldenCase c, GoldenFields params, RoundingMode mode) {
        Tensor x = c.input(0).tensor();
        float beta = params.field("beta").real32();
        Softmax op = new Softmax(x.shape().rank() - 1, beta);
        Node node = OneNode.node(op, List.of(x), c.output().type(), mode);
        SoftmaxScale scale = NodeActivation.softmax(node, x.type(), beta);
        return unary(op, c, mode)
                .with("input_multiplier", scale.mantissa())
                .with("input_left_shift", scale.leftShift())
                .with("diff_min", scale.diffMin());
    }

    private static GoldenResult pad(GoldenCase c, GoldenFields params, RoundingMode mode) {
        boolean hasValue = c.op().equals("PADV2");
        c.requireInputs("input", "paddings", hasValue ? "constant_values" : "constant_values?");
        float value = 0;
        if (c.input("constant_values").isPresent()) {
            Tensor v = c.input("constant_values").orElseThrow().tensor();
            value = Quantization.dequantize(v.code(0), v.type().scale(0), v.type().zeroPoint(0));
        }
        int[] paddings = c.input(1).integers();
        int rank = paddings.length / 2;
        Ints before = Ints.of(IntStream.range(0, rank).map(i -> paddings[2 * i]).toArray());
        Ints after = Ints.of(IntStream.range(0, rank).map(i -> paddings[2 * i + 1]).toArray());
        List<Tensor> in = List.of(c.input(0).tensor());
        return golden(new Pad(before, after, value), in, c.output().type(), mode);
    }

    private static GoldenResult concat(GoldenCase c, GoldenFields params, RoundingMode mode) {
        List<Tensor> in = c.inputs().stream().map(GoldenTensor::tensor).toList();
        int axis = c.output().type().shape().axis(params.integer("axis"));
        return golden(new Concat(axis), in, c.output().type(), mode);
    }

    private static GoldenResult quantize(GoldenCase c, GoldenFields params, RoundingMode mode) {
        if (c.input(0).type().dtype() == DType.F32) {
            return unary(new Quantize(), c, mode);
        }
        Tensor x = c.input(0).tensor();
        Node node = OneNode.node(new Requantize(), List.of(x), c.output().type(), mode);
        return unary(new Requantize(), c, mode)
                .with(
                        "multiplier",
                        "shift",
                        NodeRescale.requantize(node, x.type(), c.output().type()).multiplier());
    }
}

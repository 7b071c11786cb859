package quern.quant.explain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.Requantizer;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.Activated;
import quern.op.Window;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.reference.NodeRescale;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The derivation of elements that a layer of 8-bit codes makes, in exact arithmetic. */
final class LayerDerivation {
    private static final int UNLIMITED = 1 << 29;

    private final Node node;
    private final Tensor x;
    private final Tensor w;
    private final Optional<Tensor> bias;
    private final Tensor y;
    private final Optional<Tensor> realX;
    private final Optional<Tensor> realW;
    private final Optional<Tensor> realBias;
    private final Optional<Tensor> realY;

    LayerDerivation(
            Graph graph,
            Node node,
            Map<String, Tensor> values,
            Optional<Graph> reference,
            Map<String, Tensor> reals) {
        this.node = node;
        this.x = values.get(node.inputs().get(0));
        this.w = graph.constant(node.inputs().get(1)).orElseThrow();
        this.bias = node.has(2) ? graph.constant(node.inputs().get(2)) : Optional.empty();
        this.y = values.get(node.name());
        Optional<Node> real = reference.flatMap(r -> r.producer(node.name()));
        this.realX = like(reals.get(node.inputs().get(0)), x.shape());
        this.realW =
                real.filter(n -> n.inputs().size() > 1)
                        .flatMap(n -> reference.get().constant(n.inputs().get(1)))
                        .flatMap(t -> like(t, w.shape()));
        this.realBias =
                real.filter(n -> n.has(2))
                        .flatMap(n -> reference.get().constant(n.inputs().get(2)))
                        .filter(t -> bias.isPresent())
                        .flatMap(t -> like(t, bias.get().shape()));
        this.realY = like(reals.get(node.name()), y.shape());
    }

    private static Optional<Tensor> like(Tensor t, Shape shape) {
        return Optional.ofNullable(t)
                .filter(v -> v.dtype() == DType.F32 && v.shape().equals(shape));
    }

    /** Whether a node is such a layer. */
    static boolean fits(Graph graph, Node n) {
        boolean layer =
                n.op() instanceof Conv2d
                        || n.op() instanceof DepthwiseConv2d
                        || n.op() instanceof FullyConnected;
        if (!layer || graph.constant(n.inputs().get(0)).isPresent()) {
            return false;
        }
        boolean constant =
                graph.constant(n.inputs().get(1)).isPresent()
                        && (!n.has(2) || graph.constant(n.inputs().get(2)).isPresent());
        return constant
                && isCodes(graph.type(n.inputs().get(0)))
                && graph.type(n.inputs().get(1)).isQuantized()
                && isCodes(n.output().type());
    }

    private static boolean isCodes(TensorType t) {
        return t.quant() instanceof Quant.PerTensor && t.dtype().bits() <= 8;
    }

    Explanation.Layer derive(List<Integer> index, int element) {
        int channel = index.get(index.size() - 1);
        int zx = x.type().zeroPoint(0);
        int scaleChannel = w.type().channels() > 1 ? channel : 0;
        int zw = w.type().zeroPoint(scaleChannel);
        BigDecimal sx = exact(x.type().scale(0));
        BigDecimal sw = exact(w.type().scale(scaleChannel));
        List<Tap> taps = new ArrayList<>();
        BigDecimal inputError = BigDecimal.ZERO;
        BigDecimal weightError = BigDecimal.ZERO;
        BigDecimal ideal = BigDecimal.ZERO;
        long accumulator = bias.map(b -> b.integer(channel)).orElse(0L);
        for (int[] place : places(index, channel)) {
            int qx = (int) x.integer(place[0]);
            int qw = (int) w.integer(place[1]);
            BigDecimal codedX = sx.multiply(BigDecimal.valueOf(qx - zx));
            BigDecimal codedW = sw.multiply(BigDecimal.valueOf(qw - zw));
            BigDecimal floatX = realX.map(t -> exact(t.real(place[0]))).orElse(codedX);
            BigDecimal floatW = realW.map(t -> exact(t.real(place[1]))).orElse(codedW);
            BigDecimal ofInput = codedX.subtract(floatX).multiply(floatW);
            BigDecimal ofWeight = codedW.subtract(floatW).multiply(codedX);
            long product = (long) (qx - zx) * (qw - zw);
            accumulator += product;
            ideal = ideal.add(floatX.multiply(floatW));
            inputError = inputError.add(ofInput);
            weightError = weightError.add(ofWeight);
            taps.add(new Tap(place[0], place[1], qx, qw, product, ofInput, ofWeight));
        }
        return finish(
                taps, channel, scaleChannel, element, accumulator, ideal, inputError, weightError);
    }

    private Explanation.Layer finish(
            List<Tap> taps,
            int channel,
            int scaleChannel,
            int element,
            long accumulator,
            BigDecimal ideal,
            BigDecimal inputError,
            BigDecimal weightError) {
        BigDecimal unit = exact(x.type().scale(0)).multiply(exact(w.type().scale(scaleChannel)));
        long biasCode = bias.map(b -> b.integer(channel)).orElse(0L);
        BigDecimal codedBias = unit.multiply(BigDecimal.valueOf(biasCode));
        BigDecimal floatBias = realBias.map(b -> exact(b.real(channel))).orElse(codedBias);
        BigDecimal sum = ideal.add(floatBias);
        int zy = y.type().zeroPoint(0);
        BigDecimal sy = exact(y.type().scale(0));
        Activated op = (Activated) node.op();
        ActivationRange range = NodeRescale.range(y.type(), op.activation());
        long unclamped = requantizer().apply((int) accumulator, channel);
        long code = y.integer(element);
        BigDecimal shadow =
                realY.map(t -> exact(t.real(element)))
                        .orElseGet(
                                () -> limited(sum, op.activation().min(), op.activation().max()));
        BigDecimal exactSum = unit.multiply(BigDecimal.valueOf(accumulator));
        BigDecimal rounded = sy.multiply(BigDecimal.valueOf(unclamped - zy));
        Map<String, BigDecimal> errors = new LinkedHashMap<>();
        errors.put("input", inputError);
        errors.put("weights", weightError);
        errors.put("bias rounding", codedBias.subtract(floatBias));
        errors.put("requantization rounding", rounded.subtract(exactSum));
        errors.put("saturation", sy.multiply(BigDecimal.valueOf(code - unclamped)));
        errors.put("activation and float arithmetic", sum.subtract(shadow));
        double factor =
                (double) x.type().scale(0) * w.type().scale(scaleChannel) / y.type().scale(0);
        return new Explanation.Layer(
                taps,
                x.type().zeroPoint(0),
                w.type().zeroPoint(scaleChannel),
                biasCode,
                accumulator,
                65 - Long.numberOfLeadingZeros(Math.abs(accumulator)),
                node.rounding().label(),
                factor,
                steps(accumulator, scaleChannel, factor),
                zy,
                unclamped,
                range.min(),
                range.max(),
                shadow,
                errors);
    }

    private static BigDecimal limited(BigDecimal v, float min, float max) {
        BigDecimal low = Float.isInfinite(min) ? v : v.max(exact(min));
        return Float.isInfinite(max) ? low : low.min(exact(max));
    }

    private static BigDecimal exact(float v) {
        return new BigDecimal(v);
    }

    /** That of the node without limits. */
    private Requantizer requantizer() {
        float in = x.type().scale(0);
        float out = y.type().scale(0);
        int zero = y.type().zeroPoint(0);
        float[] filters = filters();
        return product32()
                ? Requantizer.ofFullyConnected(
                        in, filters, out, zero, -UNLIMITED, UNLIMITED, node.rounding())
                : Requantizer.ofConv(
                        in, filters, out, zero, -UNLIMITED, UNLIMITED, node.rounding());
    }

    private float[] filters() {
        float[] filters = new float[w.type().channels()];
        for (int c = 0; c < filters.length; c++) {
            filters[c] = w.type().scale(c);
        }
        return filters;
    }

    private boolean product32() {
        return (node.op() instanceof FullyConnected || x.dtype() == DType.U8)
                && w.type().channels() == 1;
    }

    private List<String> steps(long accumulator, int channel, double factor) {
        float in = x.type().scale(0);
        float filter = w.type().scale(channel);
        float out = y.type().scale(0);
        int acc = (int) accumulator;
        List<String> steps = new ArrayList<>();
        RoundingMode mode = node.rounding();
        if (mode.isFixedPoint()) {
            double product = product32() ? in * filter : (double) in * (double) filter;
            Multiplier m = Multiplier.of(product / (double) out, mode);
            steps.add("multiplier " + m.mantissa() + " * 2^" + (m.shift() - 31) + " for " + factor);
            if (mode == RoundingMode.DOUBLE) {
                int shifted = acc << Math.max(m.shift(), 0);
                int high = FixedPoint.saturatingRoundingDoublingHighMul(shifted, m.mantissa());
                int right = Math.max(-m.shift(), 0);
                steps.add(
                        "saturatingRoundingDoublingHighMul("
                                + shifted
                                + ", "
                                + m.mantissa()
                                + ") = "
                                + high);
                steps.add(
                        "roundingDivideByPot("
                                + high
                                + ", "
                                + right
                                + ") = "
                                + FixedPoint.roundingDivideByPot(high, right));
            } else {
                steps.add(
                        "one rounding of the 64-bit product: "
                                + FixedPoint.multiplyByQuantizedMultiplierSingle(
                                        acc, m.mantissa(), m.shift()));
            }
        } else if (mode == RoundingMode.ONNX_REF) {
            double m = (double) in * filter / out;
            steps.add("factor " + m + " in binary64");
            steps.add(acc + " * " + m + " + " + y.type().zeroPoint(0) + ", rounded to even");
        } else {
            float m = in * filter / out;
            float scaled = (float) acc * m;
            steps.add("factor " + Float.toString(m) + " in binary32");
            steps.add(
                    "f32(f32("
                            + acc
                            + ") * "
                            + m
                            + ") = "
                            + scaled
                            + ", rounded to even: "
                            + (long) Math.rint(scaled));
        }
        return steps;
    }

    /** Elements of input and weights that meet, inside the image. */
    private List<int[]> places(List<Integer> index, int channel) {
        List<int[]> places = new ArrayList<>();
        if (node.op() instanceof FullyConnected) {
            int depth = w.shape().dim(1);
            int row = 0;
            for (int axis = 0; axis < index.size() - 1; axis++) {
                row = row * y.shape().dim(axis) + index.get(axis);
            }
            for (int k = 0; k < depth; k++) {
                places.add(new int[] {row * depth + k, channel * depth + k});
            }
            return places;
        }
        boolean depthwise = node.op() instanceof DepthwiseConv2d;
        int kernelRows = w.shape().dim(1);
        int kernelColumns = w.shape().dim(2);
        int outputs = depthwise ? w.shape().dim(3) : w.shape().dim(0);
        int depth = x.shape().dim(3);
        int groups = node.op() instanceof Conv2d c ? c.groups() : depth;
        int perGroup = depth / groups;
        int first = channel / (outputs / groups) * perGroup;
        Window rows = window(x.shape().dim(1), kernelRows, true);
        Window columns = window(x.shape().dim(2), kernelColumns, false);
        for (int kh = 0; kh < kernelRows; kh++) {
            for (int kw = 0; kw < kernelColumns; kw++) {
                int h = rows.at(index.get(1), kh);
                int v = columns.at(index.get(2), kw);
                if (h < 0 || h >= rows.input() || v < 0 || v >= columns.input()) {
                    continue;
                }
                int pixel = (index.get(0) * rows.input() + h) * columns.input() + v;
                for (int c = 0; c < perGroup; c++) {
                    int weight =
                            depthwise
                                    ? (kh * kernelColumns + kw) * outputs + channel
                                    : ((channel * kernelRows + kh) * kernelColumns + kw) * perGroup
                                            + c;
                    places.add(new int[] {pixel * depth + first + c, weight});
                }
            }
        }
        return places;
    }

    private Window window(int input, int kernel, boolean vertical) {
        if (node.op() instanceof Conv2d c) {
            return vertical
                    ? Window.vertical(input, kernel, c.stride(), c.dilation(), c.padding())
                    : Window.horizontal(input, kernel, c.stride(), c.dilation(), c.padding());
        }
        DepthwiseConv2d d = (DepthwiseConv2d) node.op();
        return vertical
                ? Window.vertical(input, kernel, d.stride(), d.dilation(), d.padding())
                : Window.horizontal(input, kernel, d.stride(), d.dilation(), d.padding());
    }
}

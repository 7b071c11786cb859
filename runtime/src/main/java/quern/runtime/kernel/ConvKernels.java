package quern.runtime.kernel;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import quern.fixedpoint.AccumulatorBound;
import quern.fixedpoint.Requantizer;
import quern.graph.Node;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Op;
import quern.op.TypeRules;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.reference.AccumulatorProof;
import quern.reference.NodeRescale;
import quern.runtime.kernel.TileKernel.Lanes;
import quern.runtime.micro.Products;
import quern.tensor.DType;
import quern.tensor.DType.Storage;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Makes the kernels of operators with weights. */
final class ConvKernels {
    private static final int MOST_PHASES = 1024;
    private static final int LANES_THAT_PAY = 192;

    /** Output pixels that pay for products of tiles. */
    static final int FEWEST_PIXELS = 4;

    /** Output channels of a group that pay for them. */
    private static final int FEWEST_CHANNELS = 8;

    private static final String NOT_CONSTANT = "its weights or its bias are not constant";

    /** What panels depend on besides the weights. */
    private record Form(TensorType type, int offset, int groups, int taps) {}

    private ConvKernels() {}

    static Kernel conv2d(Conv2d op, Preparation p) {
        return conv("conv", p, ConvShape.of(op, p.type(0).shape(), p.type(1).shape()));
    }

    static Kernel depthwiseConv2d(DepthwiseConv2d op, Preparation p) {
        if (!isConstant(p, 1)) {
            return p.reference("its weights are not constant");
        }
        if (!p.isReal() && !isConstant(p, 2)) {
            return p.reference("its bias is not constant");
        }
        ConvShape shape = ConvShape.of(op, p.type(0).shape(), p.type(1).shape());
        if (TypeRules.isWide(p.type(0))) {
            return convS16(typed("depthwise", p), p, shape);
        }
        if (isWindow(p, shape)) {
            return window("depthwise", p, shape);
        }
        return p.isReal()
                ? depthwiseF32(p, shape)
                : depthwiseS8(typed("depthwise", p), p, shape, p.input(1).constant(), proved(p));
    }

    static Kernel fullyConnected(FullyConnected op, Preparation p) {
        return conv("fullyConnected", p, rows(p));
    }

    static Kernel transposeConv(TransposeConv op, Preparation p) {
        Shape x = p.type(0).shape();
        Shape w = p.type(1).shape();
        long phases = (long) Math.min(op.stride().at(0), op.size().at(0));
        phases *= Math.min(op.stride().at(1), op.size().at(1));
        if (TypeRules.isWide(p.type(0))) {
            return p.reference("its activations have 16 bits");
        }
        return phases > MOST_PHASES
                ? p.reference("its strides are very large")
                : tiled("transposeConv", p, TileShape.of(op, x, w));
    }

    /** Lanes over channels, with packed weights, or over pixels. */
    private static Kernel conv(String name, Preparation p, ConvShape shape) {
        boolean constant = isConstant(p, 1) && (p.isReal() || isConstant(p, 2));
        if (TypeRules.isWide(p.type(0))) {
            return constant ? convS16(typed(name, p), p, shape) : p.reference(NOT_CONSTANT);
        }
        if (isWindow(p, shape)) {
            return window(name, p, shape);
        }
        if (p.isReal() && !constant && p.micro().products().isPresent() && hasTiles(shape)) {
            Products products = p.micro().products().get();
            String typed = name + "VariableF32";
            return new WindowVariableF32(typed, p, products, shape, activation(p));
        }
        TileShape tiles = TileShape.of(shape);
        if (!constant || tiles.fits() && pays(tiles.lanes(), Panel.width(shape))) {
            return tiled(name, p, tiles);
        }
        return p.isReal()
                ? convF32(typed(name, p), p, shape)
                : convS8(typed(name, p), p, shape, p.input(1).constant(), proved(p));
    }

    /** Whether the kernel of a layer can do the work of the node after it too. */
    static boolean takes(Preparation p, Node next) {
        TensorType made = p.node().output().type();
        Op op = p.node().op();
        Shape x = p.type(0).shape();
        if (!Epilogue.is(next, made) || !(p.isReal() || Codes.fits(made))) {
            return false;
        } else if (op instanceof DepthwiseConv2d d) {
            return isWindow(p, ConvShape.of(d, x, p.type(1).shape()));
        } else if (op instanceof Conv2d c) {
            return isWindow(p, ConvShape.of(c, x, p.type(1).shape()));
        }
        return op instanceof FullyConnected && isWindow(p, rows(p));
    }

    private static ConvShape rows(Preparation p) {
        Shape w = p.type(1).shape();
        return ConvShape.rows(p.input(0).elements() / w.dim(1), w);
    }

    /** Whether a layer runs over the products of the tier. */
    private static boolean isWindow(Preparation p, ConvShape shape) {
        if (p.micro().products().isEmpty()
                || TypeRules.isWide(p.type(0))
                || !isConstant(p, 1)
                || !isConstant(p, 2)) {
            return false;
        }
        return shape.depthwise()
                ? shape.outputs() == 1 && (p.isReal() || WindowDepthwiseS8.fits(p, shape))
                : hasTiles(shape);
    }

    /** Whether tiles of pixels and channels are filled well enough. */
    private static boolean hasTiles(ConvShape shape) {
        return shape.pixels() >= FEWEST_PIXELS
                && shape.taps() > 0
                && (shape.groups() == 1 || shape.outputs() >= FEWEST_CHANNELS);
    }

    private static Kernel window(String name, Preparation p, ConvShape shape) {
        String typed = name + "Window" + p.type(0).dtype() + p.output().type().dtype();
        Products products = p.micro().products().orElseThrow();
        if (p.isReal()) {
            return shape.depthwise()
                    ? WindowDepthwiseF32.conv(typed, p, products, shape)
                    : WindowF32.conv(typed, p, products, shape);
        }
        int[] bias = bias(proved(p), shape.outputChannels());
        Requantization output = output(p, shape.outputChannels(), 1);
        if (shape.depthwise()) {
            return WindowDepthwiseS8.conv(typed, p, products, shape, bias, output);
        }
        Optional<Kernel> codes =
                products.hasCodes()
                        ? WindowS8.conv(typed, p, products, shape, bias, output)
                        : Optional.empty();
        return codes.orElseGet(
                () -> WindowWhole.conv(typed + "Whole", p, products, shape, bias, output));
    }

    /** Whether so many lanes over pixels are faster than lanes over channels. */
    private static boolean pays(int pixels, int channels) {
        return pixels > channels && pixels >= Math.min(2 * channels, LANES_THAT_PAY);
    }

    private static Kernel tiled(String name, Preparation p, TileShape shape) {
        Lanes lanes;
        if (!shape.fits()) {
            return p.reference("its taps lie very far apart");
        }
        if (p.isReal()) {
            p.workspace().accumulators(Storage.FLOAT, TileKernel.rowSizes(shape));
            lanes = new TileF32(p, p.input(0), p.input(1), shape.taps(), biasOf(p), activation(p));
        } else if (p.type(1).dtype().isPacked() && !isConstant(p, 1)) {
            return p.reference("its packed weights are not constant");
        } else {
            boolean constant = isConstant(p, 1) && isConstant(p, 2);
            if (constant) {
                proved(p);
            }
            p.workspace().accumulators(Storage.INT, TileKernel.rowSizes(shape));
            int channels = shape.outputChannels();
            lanes =
                    new TileS8(
                            p,
                            p.input(0),
                            bytes(p.input(1)),
                            shape.taps(),
                            biasOf(p),
                            output(p, channels, 1),
                            shape.lanes(),
                            constant);
        }
        return new TileKernel(typed(name, p) + "Tiled", shape, p.input(0), p.output(), lanes);
    }

    /** Weights with a byte each. */
    private static Operand bytes(Operand weights) {
        TensorType type = weights.type();
        if (!type.dtype().isPacked()) {
            return weights;
        }
        DType wide = type.dtype().isSigned() ? DType.S8 : DType.U8;
        Tensor packed = weights.constant();
        Tensor all = Tensor.zeros(new TensorType(wide, type.shape(), type.quant()));
        for (int i = 0; i < all.elements(); i++) {
            all.setInteger(i, packed.code(i));
        }
        return Operand.constant(all);
    }

    /** Whether an input is constant or absent. */
    private static boolean isConstant(Preparation p, int i) {
        return !p.has(i) || p.input(i).isConstant();
    }

    private static String typed(String name, Preparation p) {
        return name + p.type(0).dtype() + p.type(1).dtype() + p.output().type().dtype();
    }

    /** The constant bias of a node whose accumulators int32 holds. */
    private static Optional<Tensor> proved(Preparation p) {
        Optional<Tensor> bias = p.has(2) ? Optional.of(p.input(2).constant()) : Optional.empty();
        AccumulatorProof.require(p.node(), p.type(0), p.input(1).constant(), bias);
        return bias;
    }

    private static Kernel convS16(String name, Preparation p, ConvShape shape) {
        Tensor w = p.input(1).constant();
        Optional<Tensor> bias = proved(p);
        boolean depthwise = shape.depthwise() && shape.outputs() == 1;
        int channels = shape.outputChannels();
        List<Panel<int[]>> panels;
        if (depthwise) {
            int[][] rows = new int[shape.taps()][channels];
            for (int k = 0; k < rows.length; k++) {
                for (int c = 0; c < channels; c++) {
                    rows[k][c] = w.code(shape.weight(c, k)) - w.type().zeroPoint(c);
                }
            }
            panels = List.of(new Panel<>(0, 0, channels, rows));
        } else {
            panels = centred(shape, w);
        }
        long[] all = new long[channels];
        for (int c = 0; bias.isPresent() && c < channels; c++) {
            all[c] = bias.get().integer(c);
        }
        long[] bounds = AccumulatorProof.bounds(p.type(0), w, shape.depthwise() ? 3 : 0, bias);
        return new ConvS16(
                name,
                p,
                shape,
                depthwise,
                panels,
                all,
                requantizer(p),
                bias.isPresent() && bias.get().dtype() == DType.S32,
                LongStream.of(bounds).allMatch(AccumulatorBound::fitsInt32));
    }

    private static Kernel convF32(String name, Preparation p, ConvShape shape) {
        Tensor w = p.input(1).constant();
        List<Panel<float[]>> panels =
                p.workspace()
                        .packs()
                        .get(
                                w,
                                new Form(w.type(), w.offset(), shape.groups(), shape.taps()),
                                () ->
                                        Panel.pack(
                                                shape,
                                                width -> new float[shape.taps()][width],
                                                (row, column, at) -> row[column] = w.real(at)));
        p.workspace().accumulators(Storage.FLOAT, Panel.widest(panels));
        return new ConvF32(
                name, p.micro(), shape, panels, p.input(0), biasOf(p), activation(p), p.output());
    }

    private static Kernel depthwiseF32(Preparation p, ConvShape shape) {
        Tensor w = p.input(1).constant();
        float[][] weights = new float[shape.taps()][DepthwiseKernel.rowSizes(shape)[0]];
        for (int k = 0; k < weights.length; k++) {
            for (int i = 0; i < weights[k].length; i++) {
                weights[k][i] = w.real(shape.weight(i % shape.outputChannels(), k));
            }
        }
        p.workspace().accumulators(Storage.FLOAT, DepthwiseKernel.rowSizes(shape));
        var lanes = new DepthwiseF32(p, weights, biasOf(p), activation(p));
        return new DepthwiseKernel("depthwiseF32F32F32", shape, p.input(0), p.output(), lanes);
    }

    private static Kernel convS8(
            String name, Preparation p, ConvShape shape, Tensor w, Optional<Tensor> bias) {
        List<Panel<int[]>> panels =
                p.workspace()
                        .packs()
                        .get(
                                w,
                                new Form(w.type(), w.offset(), shape.groups(), shape.taps()),
                                () -> centred(shape, w));
        p.workspace().accumulators(Storage.INT, Panel.widest(panels));
        return new ConvS8(
                name,
                p.micro(),
                shape,
                panels,
                p.input(0),
                bias(bias, shape.outputChannels()),
                output(p, shape.outputChannels(), 1),
                p.output());
    }

    /** Weights with their zero points subtracted. */
    private static List<Panel<int[]>> centred(ConvShape shape, Tensor w) {
        List<Panel<int[]>> panels =
                Panel.pack(
                        shape,
                        width -> new int[shape.taps()][width],
                        (row, column, at) -> row[column] = w.code(at));
        for (Panel<int[]> panel : panels) {
            for (int[] row : panel.rows()) {
                for (int c = 0; c < row.length; c++) {
                    row[c] -= w.type().zeroPoint(panel.start() + c);
                }
            }
        }
        return panels;
    }

    private static Kernel depthwiseS8(
            String name, Preparation p, ConvShape shape, Tensor w, Optional<Tensor> bias) {
        int channels = shape.outputChannels();
        int[][] weights = new int[shape.taps()][DepthwiseKernel.rowSizes(shape)[0]];
        for (int k = 0; k < weights.length; k++) {
            for (int i = 0; i < weights[k].length; i++) {
                int c = i % channels;
                weights[k][i] = w.code(shape.weight(c, k)) - w.type().zeroPoint(c);
            }
        }
        p.workspace().accumulators(Storage.INT, DepthwiseKernel.rowSizes(shape));
        Requantization output = output(p, channels, DepthwiseKernel.pixels(shape));
        var lanes = new DepthwiseS8(p, weights, bias(bias, channels), output);
        return new DepthwiseKernel(name, shape, p.input(0), p.output(), lanes);
    }

    private static Requantization output(Preparation p, int channels, int times) {
        return new Requantization(p.micro(), requantizer(p), channels, times);
    }

    private static Requantizer requantizer(Preparation p) {
        return NodeRescale.accumulator(
                p.node(), p.type(0), p.type(1), p.output().type(), activation(p));
    }

    static Activation activation(Preparation p) {
        return ((Activated) p.node().op()).activation();
    }

    /** The bias of a node; an empty constant if it has none. */
    private static Operand biasOf(Preparation p) {
        return p.has(2) ? p.input(2) : Operand.constant(Tensor.of(Shape.of(0), new float[0]));
    }

    private static int[] bias(Optional<Tensor> bias, int channels) {
        int[] all = new int[channels];
        for (int c = 0; bias.isPresent() && c < channels; c++) {
            all[c] = bias.get().code(c);
        }
        return all;
    }
}

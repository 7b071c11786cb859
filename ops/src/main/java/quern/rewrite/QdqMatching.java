package quern.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import quern.fixedpoint.Quantization;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Op;
import quern.op.activation.Elu;
import quern.op.activation.Gelu;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Silu;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.image.ResizeNearestNeighbor;
import quern.op.math.Abs;
import quern.op.math.Add;
import quern.op.math.Erf;
import quern.op.math.Exp;
import quern.op.math.Mul;
import quern.op.math.Neg;
import quern.op.math.Sqrt;
import quern.op.math.Square;
import quern.op.nn.BatchMatmul;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.reduction.Mean;
import quern.op.shape.Concat;
import quern.op.shape.DepthToSpace;
import quern.op.shape.Gather;
import quern.op.shape.Reshape;
import quern.op.shape.Slice;
import quern.op.shape.SpaceToDepth;
import quern.op.shape.Tile;
import quern.op.shape.Transpose;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/**
 * Makes one operator on codes of Dequantize, operator, Quantize, wherever ONNX Runtime does and
 * wherever no code changes. A clamp before the Quantize is left out if the codes cannot leave its
 * range. A matrix product of codes without a Quantize behind it is computed in int32.
 *
 * <p>Only nodes of the rounding modes float-even and onnx-ref; what does not match is computed in
 * float32 as it stands.
 */
public record QdqMatching() implements Rule {
    /** On codes each is a table of what it makes of real numbers. */
    private static final Set<Class<? extends Op>> FUNCTIONS =
            Set.of(
                    Logistic.class,
                    LeakyRelu.class,
                    Tanh.class,
                    HardSwish.class,
                    Gelu.class,
                    Silu.class,
                    Elu.class,
                    Erf.class,
                    Exp.class,
                    Sqrt.class,
                    Square.class,
                    Abs.class,
                    Neg.class,
                    Softmax.class,
                    AveragePool2d.class,
                    Mean.class,
                    Add.class,
                    Mul.class,
                    Concat.class,
                    BatchMatmul.class);

    private static final Set<Class<? extends Op>> LAYERS =
            Set.of(Conv2d.class, DepthwiseConv2d.class, FullyConnected.class);

    /** They move, pick or clamp elements, so they need one quantization before and behind. */
    private static final Set<Class<? extends Op>> MOVES =
            Set.of(
                    Relu6.class,
                    MaxPool2d.class,
                    Slice.class,
                    Gather.class,
                    Tile.class,
                    DepthToSpace.class,
                    SpaceToDepth.class,
                    ResizeNearestNeighbor.class);

    @Override
    public String name() {
        return "qdq-matching";
    }

    @Override
    public Graph apply(Graph graph) {
        if (graph.nodes().stream().noneMatch(n -> n.op() instanceof Dequantize)) {
            return graph;
        }
        Patch patch = new Patch(graph);
        for (Node n : graph.nodes()) {
            if (n.op() instanceof Quantize && isMatched(n)) {
                behind(graph, patch, n);
            }
        }
        for (Node n : graph.nodes()) {
            boolean product = n.op() instanceof FullyConnected || n.op() instanceof BatchMatmul;
            if (product && isMatched(n) && !patch.touches(n)) {
                new QdqGroup(graph, patch).product(n);
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    private static boolean isMatched(Node n) {
        return n.rounding() == RoundingMode.FLOAT_EVEN || n.rounding() == RoundingMode.ONNX_REF;
    }

    private static void behind(Graph graph, Patch patch, Node quantize) {
        TensorType codes = quantize.output().type();
        if (!QdqGroup.isActivation(codes)) {
            return;
        }
        List<Node> moves = new ArrayList<>();
        List<Node> dropped = new ArrayList<>();
        String value = quantize.inputs().get(0);
        Optional<Node> maker = graph.producer(value);
        while (maker.isPresent() && graph.soleConsumer(value).isPresent()) {
            Op op = maker.get().op();
            if (op instanceof Relu && holds(codes, Activation.RELU)
                    || op instanceof Relu6 && holds(codes, Activation.RELU6)) {
                dropped.add(maker.get());
            } else if (op instanceof Transpose || op instanceof Reshape) {
                moves.add(0, maker.get());
            } else {
                break;
            }
            value = maker.get().inputs().get(0);
            maker = graph.producer(value);
        }
        if (maker.isEmpty() || dropped.stream().anyMatch(patch::touches)) {
            return;
        }
        Node n = maker.get();
        QdqGroup group = new QdqGroup(graph, patch);
        if (n.op() instanceof Dequantize) {
            if (!moves.isEmpty() && QdqGroup.keeps(graph.type(n.inputs().get(0)), codes)) {
                group.replace(n.inputs().get(0), moves, dropped, quantize);
            }
            return;
        }
        if (graph.soleConsumer(value).isEmpty() || patch.touches(n) || !clampFits(n.op(), codes)) {
            return;
        }
        Class<? extends Op> op = n.op().getClass();
        Optional<List<String>> operands = Optional.empty();
        if (LAYERS.contains(op)) {
            operands = group.layer(n);
        } else if (MOVES.contains(op)) {
            operands = group.moved(n, codes);
        } else if (n.op() instanceof Relu) {
            operands = group.operands(n);
        } else if (FUNCTIONS.contains(op) && (!(n.op() instanceof Mean m) || isGlobal(n, m))) {
            operands = group.operands(n);
        }
        operands.ifPresent(o -> group.replace(n, o, moves, dropped, quantize));
    }

    /** The mean of an image. */
    private static boolean isGlobal(Node n, Mean m) {
        return m.keepDims()
                && m.axes().equals(Ints.of(1, 2))
                && n.output().type().shape().rank() == 4;
    }

    private static boolean clampFits(Op op, TensorType codes) {
        return !(op instanceof Activated a)
                || a.activation() == Activation.NONE
                || holds(codes, a.activation());
    }

    /** Whether numbers that an activation limits have the codes that they have without it. */
    static boolean holds(TensorType codes, Activation a) {
        Quant.PerTensor q = (Quant.PerTensor) codes.quant();
        return code(a.min(), q, codes) == codes.codeMin()
                && code(a.max(), q, codes) == codes.codeMax();
    }

    private static int code(float real, Quant.PerTensor q, TensorType codes) {
        return Quantization.quantizeHalfEven(
                real, q.scale(), q.zeroPoint(), codes.codeMin(), codes.codeMax());
    }
}

package quern.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.fixedpoint.AccumulatorBound;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.graph.Value;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Op;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.nn.BatchMatmul;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.quantize.Cast;
import quern.op.quantize.Dequantize;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.reference.AccumulatorProof;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The operands of one operator as codes, and the nodes that take its place. */
final class QdqGroup {
    private static final int LARGEST_PRODUCT = 255 * 255;
    private static final float NEAR = 1e-4f;

    private final Graph graph;
    private final Patch patch;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, TensorType> types = new HashMap<>();
    private final Map<String, Tensor> constants = new HashMap<>();

    QdqGroup(Graph graph, Patch patch) {
        this.graph = graph;
        this.patch = patch;
    }

    /** Whether a type is codes of 8 bits with one scale. */
    static boolean isActivation(TensorType t) {
        return (t.dtype() == DType.S8 || t.dtype() == DType.U8)
                && t.quant() instanceof Quant.PerTensor
                && t.quant().bitWidth() == t.dtype().bits();
    }

    /** Whether codes of one type are the codes of the other when they are quantized again. */
    static boolean keeps(TensorType from, TensorType to) {
        return from.dtype() == to.dtype()
                && from.quant().equals(to.quant())
                && ExactCodes.surviveUnclamped(from);
    }

    private TensorType type(String value) {
        return types.containsKey(value) ? types.get(value) : graph.type(value);
    }

    private Optional<Tensor> constant(String value) {
        return constants.containsKey(value)
                ? Optional.of(constants.get(value))
                : graph.constant(value);
    }

    /** The codes that a real value is made from, moved as it is; none if it is not. */
    private Optional<String> codes(String value) {
        Optional<Node> maker = graph.producer(value);
        if (maker.isEmpty()) {
            return Optional.empty();
        }
        Node n = maker.get();
        if (n.op() instanceof Dequantize) {
            return Optional.of(n.inputs().get(0));
        }
        if (!(n.op() instanceof Transpose) && !(n.op() instanceof Reshape)) {
            return Optional.empty();
        }
        return codes(n.inputs().get(0)).flatMap(c -> moved(n.op(), c, n.output()));
    }

    private Optional<String> moved(Op op, String codes, Value real) {
        Shape shape = real.type().shape();
        Optional<Tensor> known = constant(codes);
        if (known.isPresent()) {
            return moved(op, known.get(), shape).map(t -> constant(real.name(), t));
        }
        if (!(type(codes).quant() instanceof Quant.PerTensor)) {
            return Optional.empty();
        }
        Node n = node(op, List.of(codes), real.name(), type(codes).withShape(shape));
        nodes.add(n);
        return Optional.of(n.name());
    }

    private static Optional<Tensor> moved(Op op, Tensor codes, Shape to) {
        Quant quant = codes.type().quant();
        if (quant instanceof Quant.PerBlock) {
            return Optional.empty();
        }
        if (op instanceof Transpose t) {
            return Optional.of(Constants.transposed(codes, t.permutation()));
        }
        boolean fits =
                !(quant instanceof Quant.PerChannel p)
                        || p.axis() == 0
                                && to.rank() > 0
                                && to.dim(0) == codes.shape().dim(0)
                                && !codes.dtype().isPacked();
        return fits ? Optional.of(codes.as(codes.type().withShape(to))) : Optional.empty();
    }

    private Node node(Op op, List<String> from, String like, TensorType type) {
        String name = patch.fresh(like + "_q");
        types.put(name, type);
        return new Node(op, from, List.of(new Value(name, type)), graph.rounding());
    }

    private String constant(String like, Tensor t) {
        String name = patch.fresh(like + "_q");
        constants.put(name, t);
        types.put(name, t.type());
        return name;
    }

    private Optional<String> activation(String value) {
        return codes(value).filter(c -> isActivation(type(c)));
    }

    /** All operands as codes with one scale each. */
    Optional<List<String>> operands(Node n) {
        List<String> all = new ArrayList<>();
        for (String i : n.inputs()) {
            activation(i).ifPresent(all::add);
        }
        boolean fits = all.size() == n.inputs().size() && isShort(n.op(), all);
        return fits ? Optional.of(all) : Optional.empty();
    }

    /** Whether int32 holds every sum of a product. */
    private boolean isShort(Op op, List<String> operands) {
        if (!(op instanceof BatchMatmul product)) {
            return true;
        }
        Shape a = type(operands.get(0)).shape();
        int axis = a.rank() - (product.transposeA() ? 2 : 1);
        return !a.isSymbolic(axis) && a.dim(axis) <= Integer.MAX_VALUE / LARGEST_PRODUCT;
    }

    /** The first operand as codes of the output's type; others as they are. */
    Optional<List<String>> moved(Node n, TensorType output) {
        List<String> all = new ArrayList<>(n.inputs());
        return activation(all.get(0))
                .filter(c -> keeps(type(c), output))
                .map(
                        c -> {
                            all.set(0, c);
                            return all;
                        });
    }

    /** Operands of a layer: codes, constant weights and a bias in int32. */
    Optional<List<String>> layer(Node n) {
        return layer(n, n.has(2));
    }

    private Optional<List<String>> layer(Node n, boolean biased) {
        Optional<String> x = activation(n.inputs().get(0));
        Optional<String> w = codes(n.inputs().get(1)).filter(c -> isWeights(n.op(), c));
        if (x.isEmpty() || w.isEmpty()) {
            return Optional.empty();
        }
        List<String> all = new ArrayList<>(List.of(x.get(), w.get()));
        Tensor weights = constant(w.get()).orElseThrow();
        Optional<Tensor> bias = Optional.empty();
        if (biased) {
            bias = bias(n.inputs().get(2), type(x.get()).scale(0), weights.type());
            if (bias.isEmpty()) {
                return Optional.empty();
            }
            all.add(constant(n.inputs().get(2), bias.get()));
        }
        int axis = axis(n.op());
        for (long bound : AccumulatorProof.bounds(type(x.get()), weights, axis, bias)) {
            if (!AccumulatorBound.fitsInt32(bound)) {
                return Optional.empty();
            }
        }
        return Optional.of(all);
    }

    private static int axis(Op op) {
        return op instanceof DepthwiseConv2d ? 3 : 0;
    }

    private boolean isWeights(Op op, String codes) {
        TensorType t = type(codes);
        boolean scales =
                t.quant() instanceof Quant.PerTensor
                        || t.quant() instanceof Quant.PerChannel p && p.axis() == axis(op);
        return constant(codes).isPresent() && t.dtype().bits() <= 8 && scales;
    }

    /** A bias in units of the accumulator; none if its scale is another one. */
    private Optional<Tensor> bias(String value, float scale, TensorType weights) {
        Optional<Tensor> real = graph.constant(value).filter(t -> t.dtype() == DType.F32);
        if (real.isPresent()) {
            return rounded(real.get(), scale, weights);
        }
        Optional<Tensor> codes =
                codes(value).flatMap(this::constant).filter(t -> t.dtype() == DType.S32);
        if (codes.isEmpty() || codes.get().shape().rank() != 1) {
            return Optional.empty();
        }
        TensorType t = codes.get().type();
        for (int c = 0; c < codes.get().elements(); c++) {
            float unit = scale * weights.scale(weights.channels() == 1 ? 0 : c);
            float own = t.scale(t.channels() == 1 ? 0 : c);
            int zero = t.zeroPoint(t.channels() == 1 ? 0 : c);
            if (zero != 0 || Math.abs(own - unit) > NEAR * unit) {
                return Optional.empty();
            }
        }
        return Optional.of(codes.get().as(TensorType.of(DType.S32, t.shape())));
    }

    private static Optional<Tensor> rounded(Tensor real, float scale, TensorType weights) {
        Tensor whole = Tensor.zeros(TensorType.of(DType.S32, real.shape()));
        for (int c = 0; c < real.elements(); c++) {
            float unit = scale * weights.scale(weights.channels() == 1 ? 0 : c);
            double steps = Math.rint(real.real(c) / unit);
            if (!(Math.abs(steps) < Integer.MAX_VALUE)) {
                return Optional.empty();
            }
            whole.setInteger(c, (long) steps);
        }
        return Optional.of(whole);
    }

    /** Puts the operator on codes, and moves of its result, in the place of a Quantize. */
    void replace(
            Node n, List<String> operands, List<Node> moves, List<Node> dropped, Node quantize) {
        Value last = quantize.output();
        Op op =
                n.op() instanceof Activated a && a.activation() != Activation.NONE
                        ? a.with(Activation.NONE)
                        : n.op();
        TensorType type = last.type().withShape(n.output().type().shape());
        Value made = moves.isEmpty() ? last : new Value(n.name(), type);
        nodes.add(new Node(op, operands, List.of(made), n.rounding()));
        patch.remove(n);
        replace(made.name(), moves, dropped, quantize);
    }

    /** Puts moves of codes in the place of a Quantize. */
    void replace(String codes, List<Node> moves, List<Node> dropped, Node quantize) {
        Value last = quantize.output();
        String now = codes;
        for (int i = 0; i < moves.size(); i++) {
            Node m = moves.get(i);
            TensorType type = last.type().withShape(m.output().type().shape());
            Value made = i == moves.size() - 1 ? last : new Value(m.name(), type);
            nodes.add(new Node(m.op(), List.of(now), List.of(made), m.rounding()));
            now = made.name();
            patch.remove(m);
        }
        dropped.forEach(patch::remove);
        constants.forEach(patch::define);
        patch.replace(quantize, nodes.toArray(Node[]::new));
    }

    /** Puts a product in int32, and its real numbers, in the place of a product of real numbers. */
    void product(Node n) {
        Activation clamp = n.op() instanceof Activated a ? a.activation() : Activation.NONE;
        Optional<List<String>> operands =
                n.op() instanceof FullyConnected ? layer(n, false) : operands(n);
        if (operands.isEmpty()) {
            return;
        }
        float x = type(operands.get().get(0)).scale(0);
        TensorType w = type(operands.get().get(1));
        float[] units = new float[w.channels()];
        for (int c = 0; c < units.length; c++) {
            units[c] = x * w.scale(c);
        }
        Shape each = units.length == 1 ? Shape.of() : Shape.of(units.length);
        TensorType real = n.output().type();
        TensorType whole = TensorType.of(DType.S32, real.shape());
        Op op = n.op() instanceof FullyConnected f ? f.with(Activation.NONE) : n.op();
        Node sums = node(op, operands.get(), n.name(), whole);
        Node wide = node(new Cast(DType.F32), List.of(sums.name()), n.name(), real);
        nodes.addAll(List.of(sums, wide));
        List<String> product = List.of(wide.name(), constant(n.name(), Tensor.of(each, units)));
        Op last = new Mul(clamp);
        if (n.has(2)) {
            Node scaled = node(new Mul(Activation.NONE), product, n.name(), real);
            nodes.add(scaled);
            product = List.of(scaled.name(), n.inputs().get(2));
            last = new Add(clamp);
        }
        nodes.add(new Node(last, product, n.outputs(), n.rounding()));
        constants.forEach(patch::define);
        patch.replace(n, nodes.toArray(Node[]::new));
    }
}

package quern.quant.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.activation.Softmax;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.op.shape.Reshape;
import quern.quant.affine.Codes;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * The real numbers beside a graph of integers, for the backward pass: each node again in float32,
 * on what the codes of its inputs stand for. Where a value has codes, readers take an input named
 * {@code hat/} and the value, which is filled from the codes.
 */
final class QatGraph {
    static final String HAT = "hat/";
    static final String LOW = "low/";
    static final String HIGH = "high/";
    private static final String RAW = "raw/";

    private final GraphBuilder builder = new GraphBuilder("training");
    private final QuantizedNetwork network;
    private final Map<String, String> reals = new HashMap<>();
    private final Map<String, StraightThrough> crossings = new LinkedHashMap<>();
    private final List<String> coded = new ArrayList<>();
    private final String logits;

    /**
     * @param form of the network, batched
     */
    QatGraph(QuantizedNetwork network, Graph form) {
        this.network = network;
        for (Value v : form.inputs()) {
            TensorType real = v.type().isQuantized() ? real(v.type()) : v.type();
            String name = v.type().isQuantized() ? HAT + v.name() : v.name();
            reals.put(v.name(), builder.input(name, real));
            if (v.type().isQuantized()) {
                coded.add(v.name());
            }
        }
        network.layers().values().forEach(this::layer);
        form.constants()
                .forEach(
                        (name, t) -> {
                            if (!reals.containsKey(name)) {
                                boolean codes = t.type().isQuantized();
                                Tensor real = codes ? Codes.dequantize(t) : t;
                                reals.put(name, builder.constant(name, real));
                            }
                        });
        form.nodes().forEach(this::node);
        this.logits = logits(form);
    }

    private static TensorType real(TensorType t) {
        return TensorType.f32(t.shape().toArray());
    }

    private void layer(QuantizedNetwork.Layer l) {
        Tensor w = network.parameters().get(l.weights());
        int[] bounds = new int[w.shape().rank()];
        Arrays.fill(bounds, 1);
        int scales = network.weightScale(l.weights()).size();
        bounds[l.axis()] = scales;
        String raw = builder.input(l.weights(), w.type());
        String hat = builder.input(HAT + l.weights(), w.type());
        String low = builder.input(LOW + l.weights(), TensorType.f32(bounds));
        String high = builder.input(HIGH + l.weights(), TensorType.f32(bounds));
        List<Integer> axes = new ArrayList<>();
        for (int a = 0; a < bounds.length; a++) {
            if (a != l.axis() || scales == 1) {
                axes.add(a);
            }
        }
        Ints over = Ints.of(axes.stream().mapToInt(Integer::intValue).toArray());
        crossings.put(raw, new StraightThrough(raw, hat, low, high, over));
        reals.put(l.weights(), hat);
        if (l.hasBias()) {
            Tensor b = network.parameters().get(l.bias());
            reals.put(l.bias(), builder.input(l.bias(), b.type()));
        }
    }

    private void node(Node n) {
        List<String> inputs = n.inputs().stream().map(i -> i.isEmpty() ? i : reals.get(i)).toList();
        if (n.op() instanceof Dequantize) {
            reals.put(n.name(), inputs.get(0));
            return;
        }
        boolean converts = n.op() instanceof Quantize || n.op() instanceof Requantize;
        Ints dims = Ints.of(n.output().type().shape().toArray());
        for (Value v : n.outputs()) {
            reals.put(v.name(), RAW + v.name());
        }
        if (converts) {
            builder.add(RAW + n.name(), new Reshape(dims), inputs.get(0));
        } else {
            List<TensorType> types = builder.infer(n.name(), n.op(), inputs);
            List<Value> outputs = new ArrayList<>();
            for (int i = 0; i < types.size(); i++) {
                outputs.add(new Value(RAW + n.outputs().get(i).name(), types.get(i)));
            }
            builder.add(new Node(n.op(), inputs, outputs, n.rounding()));
        }
        for (Value v : n.outputs()) {
            if (v.type().isQuantized()) {
                cross(v.name(), v.type());
            }
        }
    }

    private void cross(String value, TensorType type) {
        String raw = RAW + value;
        String hat = builder.input(HAT + value, real(type));
        String low = builder.input(LOW + value, TensorType.f32());
        String high = builder.input(HIGH + value, TensorType.f32());
        int[] axes = new int[type.shape().rank()];
        Arrays.setAll(axes, i -> i);
        crossings.put(raw, new StraightThrough(raw, hat, low, high, Ints.of(axes)));
        reals.put(value, hat);
        coded.add(value);
    }

    /** The values that a softmax at the end normalizes, or those at the end, as rows. */
    private String logits(Graph form) {
        String out = form.outputs().get(0);
        Node last = form.producer(out).orElseThrow();
        while (last.op() instanceof Dequantize || last.op() instanceof Softmax) {
            out = last.inputs().get(0);
            last = form.producer(out).orElseThrow();
        }
        Shape s = form.type(out).shape();
        String real = reals.get(out);
        int rows = s.dim(0);
        Ints dims = Ints.of(rows, s.elements() / rows);
        return s.rank() == 2 ? real : builder.add("logits", new Reshape(dims), real);
    }

    GraphBuilder builder() {
        return builder;
    }

    /** Values that have codes, inputs and constants apart. */
    List<String> coded() {
        return coded;
    }

    Map<String, StraightThrough> crossings() {
        return crossings;
    }

    /** The name of the logits [N, classes]. */
    String logits() {
        return logits;
    }

    /** The name of the raw form of a value. */
    static String raw(String value) {
        return RAW + value;
    }
}

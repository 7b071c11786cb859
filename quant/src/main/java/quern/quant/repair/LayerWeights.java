package quern.quant.repair;

import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * The constant weights and bias of a layer as numbers that may be changed, with the input and
 * output channel of each weight. Used by one thread.
 */
final class LayerWeights {
    private final Node node;
    private final TensorType type;
    private final double[] weights;
    private final double[] bias;
    private final int inputs;
    private final int outputs;
    private boolean hasBias;

    private LayerWeights(Node node, Tensor w, Optional<Tensor> b, int inputs, int outputs) {
        this.node = node;
        this.type = w.type();
        this.weights = numbers(w);
        this.hasBias = b.isPresent();
        this.bias = b.map(LayerWeights::numbers).orElseGet(() -> new double[outputs]);
        this.inputs = inputs;
        this.outputs = outputs;
    }

    private static double[] numbers(Tensor t) {
        double[] all = new double[t.elements()];
        for (int i = 0; i < all.length; i++) {
            all[i] = t.real(i);
        }
        return all;
    }

    /** Of a convolution or fully connected layer whose weights, and bias if any, are constants. */
    static Optional<LayerWeights> of(Graph graph, Node n) {
        boolean layer =
                n.op() instanceof Conv2d
                        || n.op() instanceof DepthwiseConv2d
                        || n.op() instanceof FullyConnected;
        if (!layer
                || graph.constant(n.inputs().get(1)).isEmpty()
                || graph.constant(n.inputs().get(0)).isPresent()
                || n.has(2) && graph.constant(n.inputs().get(2)).isEmpty()) {
            return Optional.empty();
        }
        Tensor w = graph.constant(n.inputs().get(1)).get();
        Optional<Tensor> b = n.has(2) ? graph.constant(n.inputs().get(2)) : Optional.empty();
        Shape x = graph.type(n.inputs().get(0)).shape();
        int in = x.rank() == 0 ? 1 : x.dim(x.rank() - 1);
        if (n.op() instanceof FullyConnected && in != w.shape().dim(1)) {
            return Optional.empty();
        }
        int out = w.shape().dim(n.op() instanceof DepthwiseConv2d ? 3 : 0);
        return Optional.of(new LayerWeights(n, w, b, in, out));
    }

    Node node() {
        return node;
    }

    int inputs() {
        return inputs;
    }

    int outputs() {
        return outputs;
    }

    /** The weights, in the order of the tensor; may be changed. */
    double[] weights() {
        return weights;
    }

    /** The bias of each output channel; may be changed with {@link #needBias}. */
    double[] bias() {
        return bias;
    }

    /** The layer gets a bias if it has none. */
    void needBias() {
        hasBias = true;
    }

    boolean hasBias() {
        return hasBias;
    }

    /** The output channel of weight {@code k}. */
    int output(int k) {
        return node.op() instanceof DepthwiseConv2d ? k % outputs : k / (weights.length / outputs);
    }

    /** The input channel of weight {@code k}. */
    int input(int k) {
        if (node.op() instanceof DepthwiseConv2d) {
            return k % outputs / (outputs / inputs);
        }
        int groups = node.op() instanceof Conv2d c ? c.groups() : 1;
        int perGroup = inputs / groups;
        return output(k) / (outputs / groups) * perGroup + k % perGroup;
    }

    /** The largest magnitude of the weights of each output channel. */
    double[] outputRanges() {
        double[] ranges = new double[outputs];
        for (int k = 0; k < weights.length; k++) {
            int o = output(k);
            ranges[o] = Math.max(ranges[o], Math.abs(weights[k]));
        }
        return ranges;
    }

    /** The largest magnitude of the weights of each input channel. */
    double[] inputRanges() {
        double[] ranges = new double[inputs];
        for (int k = 0; k < weights.length; k++) {
            int i = input(k);
            ranges[i] = Math.max(ranges[i], Math.abs(weights[k]));
        }
        return ranges;
    }

    /** The weights as a tensor of the type they came in. */
    Tensor weightTensor() {
        return tensor(type, weights);
    }

    /** The bias as F32 [outputs]. */
    Tensor biasTensor() {
        return tensor(TensorType.f32(outputs), bias);
    }

    private static Tensor tensor(TensorType type, double[] numbers) {
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < numbers.length; i++) {
            t.setReal(i, (float) numbers[i]);
        }
        return t;
    }
}

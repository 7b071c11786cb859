package quern.quant.certify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.OpSet;
import quern.op.nn.BatchMatmul;
import quern.op.nn.FullyConnected;
import quern.op.pooling.AveragePool2d;
import quern.op.reduction.Mean;
import quern.op.reduction.Sum;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * For each layer on codes the exact worst case of its accumulators over all inputs of its type:
 * with {@code d = w - Zw} it is, of channel c, the larger magnitude of {@code b + sum max(d (qmin -
 * Zx), d (qmax - Zx))} and of the sum of the minima. A padded tap counts as zero, which lies
 * between. Any order of addition stays within the sum of magnitudes, which is proved too.
 *
 * @param layers in the graph's order
 */
public record Certificate(List<Layer> layers) {
    private static final int NARROW_BITS = 32;
    private static final int WIDE_BITS = 48;

    /**
     * One channel of a layer, that with the least margin.
     *
     * @param name of the node
     * @param operator of the node
     * @param channels how many there are
     * @param channel the one of the numbers
     * @param lowest the least value of its accumulator
     * @param highest the largest one
     * @param partial the largest magnitude of any partial sum, bias included, in any order
     * @param bits that the accumulator needs, its sign included
     * @param available bits that it has
     */
    public record Layer(
            String name,
            String operator,
            int channels,
            int channel,
            long lowest,
            long highest,
            long partial,
            int bits,
            int available) {
        /** Whether no input can make it overflow. */
        public boolean isProved() {
            return bits <= available;
        }

        /** Unused bits; negative where the proof fails. */
        public int margin() {
            return available - bits;
        }
    }

    public Certificate {
        layers = List.copyOf(layers);
    }

    /** Whether every layer is proved. */
    public boolean isProved() {
        return layers.stream().allMatch(Layer::isProved);
    }

    /**
     * Computes the certificate of a graph; nodes in float, and those that only move codes, have
     * none.
     */
    public static Certificate of(Graph graph) {
        List<Layer> layers = new ArrayList<>();
        for (Node n : graph.nodes()) {
            layer(graph, n).ifPresent(layers::add);
        }
        return new Certificate(layers);
    }

    private static Optional<Layer> layer(Graph graph, Node n) {
        if (n.inputs().isEmpty() || n.inputs().get(0).isEmpty()) {
            return Optional.empty();
        }
        TensorType x = graph.type(n.inputs().get(0));
        if (!x.isQuantized() || x.dtype().bits() > 16 || x.channels() > 1) {
            return Optional.empty();
        }
        if (QuantRules.of(n.op()) instanceof QuantRule.Weighted rule) {
            Optional<Tensor> w = graph.constant(n.inputs().get(1));
            if (w.isPresent()) {
                Optional<Tensor> bias =
                        n.has(2) ? graph.constant(n.inputs().get(2)) : Optional.empty();
                return Optional.of(weighted(n, x, w.get(), rule.channelAxis(), bias));
            }
        }
        if (n.op() instanceof FullyConnected || n.op() instanceof BatchMatmul) {
            return product(graph, n, x);
        }
        return sum(n, x);
    }

    private static Layer weighted(Node n, TensorType x, Tensor w, int axis, Optional<Tensor> bias) {
        int channels = w.shape().dim(axis);
        int inner = 1;
        for (int i = axis + 1; i < w.shape().rank(); i++) {
            inner *= w.shape().dim(i);
        }
        long low = x.codeMin() - (long) x.zeroPoint(0);
        long high = x.codeMax() - (long) x.zeroPoint(0);
        long[] least = new long[channels];
        long[] most = new long[channels];
        long[] partial = new long[channels];
        for (int c = 0; c < channels && bias.isPresent(); c++) {
            least[c] = bias.get().integer(c);
            most[c] = least[c];
            partial[c] = Math.abs(least[c]);
        }
        for (int i = 0; i < w.elements(); i++) {
            int c = i / inner % channels;
            long d = w.integer(i) - w.type().zeroPoint(c);
            least[c] += Math.min(0, Math.min(d * low, d * high));
            most[c] += Math.max(0, Math.max(d * low, d * high));
            partial[c] += Math.max(Math.abs(d * low), Math.abs(d * high));
        }
        int worst = 0;
        for (int c = 1; c < channels; c++) {
            worst = partial[c] > partial[worst] ? c : worst;
        }
        return new Layer(
                n.name(),
                OpSet.standard().name(n.op()),
                channels,
                worst,
                least[worst],
                most[worst],
                partial[worst],
                bits(partial[worst]),
                x.dtype().bits() > 8 ? WIDE_BITS : NARROW_BITS);
    }

    /** Two activations: every code may meet every other. */
    private static Optional<Layer> product(Graph graph, Node n, TensorType x) {
        TensorType w = graph.type(n.inputs().get(1));
        if (!w.isQuantized() || !x.shape().isStatic()) {
            return Optional.empty();
        }
        boolean transposed = n.op() instanceof BatchMatmul b && b.transposeA();
        int depth = x.shape().dim(x.shape().rank() - (transposed ? 2 : 1));
        long largest = magnitude(x) * magnitude(w) * depth;
        return Optional.of(
                new Layer(
                        n.name(),
                        OpSet.standard().name(n.op()),
                        1,
                        0,
                        -largest,
                        largest,
                        largest,
                        bits(largest),
                        x.dtype().bits() > 8 ? WIDE_BITS : NARROW_BITS));
    }

    /** Sums of as many codes as there are inputs for one output. */
    private static Optional<Layer> sum(Node n, TensorType x) {
        boolean sums = n.op() instanceof Mean || n.op() instanceof Sum;
        TensorType y = n.output().type();
        if (!(sums || n.op() instanceof AveragePool2d) || !x.shape().isStatic()) {
            return Optional.empty();
        }
        long taps = Math.max(1, x.shape().elements() / Math.max(1, y.shape().elements()));
        if (n.op() instanceof AveragePool2d pool) {
            taps = (long) pool.kernel().at(0) * pool.kernel().at(1);
        }
        long low = taps * (x.codeMin() - (long) x.zeroPoint(0));
        long high = taps * (x.codeMax() - (long) x.zeroPoint(0));
        long largest = Math.max(taps * codes(x), Math.max(Math.abs(low), Math.abs(high)));
        return Optional.of(
                new Layer(
                        n.name(),
                        OpSet.standard().name(n.op()),
                        1,
                        0,
                        low,
                        high,
                        largest,
                        bits(largest),
                        x.dtype() == DType.S16 ? WIDE_BITS : NARROW_BITS));
    }

    private static long codes(TensorType t) {
        return Math.max(Math.abs((long) t.codeMin()), Math.abs((long) t.codeMax()));
    }

    private static long magnitude(TensorType t) {
        long low = Math.abs(t.codeMin() - (long) t.zeroPoint(0));
        return Math.max(low, Math.abs(t.codeMax() - (long) t.zeroPoint(0)));
    }

    /** Bits of a two's complement number that holds both signs of a magnitude. */
    private static int bits(long magnitude) {
        return 65 - Long.numberOfLeadingZeros(magnitude);
    }
}

package quern.quant.certify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.quant.explain.Explainer;
import quern.quant.explain.Explanation;
import quern.quant.explain.Tap;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * An input of one layer that shows how near its bound an accumulator comes: in the window of an
 * element of the worst channel each code is the one of its type that adds most to the sum, all
 * others are the zero point.
 *
 * @param layer what is proved of it
 * @param input of the layer, in codes
 * @param index the element of the layer's output that it drives
 * @param accumulator the sum there
 */
public record Witness(
        Certificate.Layer layer, Tensor input, List<Integer> index, long accumulator) {
    /** The accumulator as a part of its bound, 1 where it is reached; padding can keep it lower. */
    public double share() {
        long bound = Math.max(Math.abs(layer.lowest()), Math.abs(layer.highest()));
        return bound == 0 ? 1 : Math.abs((double) accumulator) / bound;
    }

    /**
     * Makes one for a convolution or fully connected layer with constant weights.
     *
     * @param graph of static shapes
     * @param name of the layer's node
     * @throws FormatException if there is no such layer on codes of 8 bits; the sentence lists
     *     those there are
     */
    public static Witness of(Graph graph, String name) {
        Certificate certificate = Certificate.of(graph);
        Node n =
                graph.producer(name)
                        .filter(p -> p.inputs().size() > 1)
                        .filter(p -> graph.constant(p.inputs().get(1)).isPresent())
                        .orElseThrow(() -> none(certificate, name));
        Certificate.Layer layer =
                certificate.layers().stream()
                        .filter(l -> l.name().equals(n.name()))
                        .findFirst()
                        .orElseThrow(() -> none(certificate, name));
        Graph alone = alone(graph, n);
        TensorType type = graph.type(n.inputs().get(0));
        Tensor input = Tensor.zeros(type);
        for (int i = 0; i < input.elements(); i++) {
            input.setInteger(i, type.zeroPoint(0));
        }
        List<Integer> index = middle(n.output().type().shape(), layer.channel());
        Explanation.Layer neutral = explained(alone, n, input, index, certificate);
        boolean up = Math.abs(layer.highest()) >= Math.abs(layer.lowest());
        for (Tap tap : neutral.taps()) {
            boolean largest = tap.w() >= neutral.weightZero() == up;
            input.setInteger(tap.input(), largest ? type.codeMax() : type.codeMin());
        }
        long sum = explained(alone, n, input, index, certificate).accumulator();
        return new Witness(layer, input, index, sum);
    }

    private static FormatException none(Certificate certificate, String name) {
        return new FormatException(
                "layer " + name,
                "no convolution or fully connected layer on codes of 8 bits has this name; proved"
                        + " are "
                        + certificate.layers().stream().map(Certificate.Layer::name).toList());
    }

    private static Graph alone(Graph graph, Node n) {
        GraphBuilder b = new GraphBuilder("layer").rounding(graph.rounding());
        b.input(n.inputs().get(0), graph.type(n.inputs().get(0)));
        for (String in : n.inputs().subList(1, n.inputs().size())) {
            graph.constant(in).filter(t -> !b.has(in)).ifPresent(t -> b.constant(in, t));
        }
        b.add(n);
        return b.output(n.name()).build();
    }

    /** The element in the middle of all axes but the last, where no window meets the padding. */
    private static List<Integer> middle(Shape shape, int channel) {
        List<Integer> index = new ArrayList<>();
        for (int axis = 0; axis < shape.rank() - 1; axis++) {
            index.add(shape.dim(axis) / 2);
        }
        index.add(channel);
        return index;
    }

    private static Explanation.Layer explained(
            Graph alone, Node n, Tensor input, List<Integer> index, Certificate certificate) {
        return new Explainer(alone, List.of(input), Optional.empty())
                .explain(n.name(), index)
                .layer()
                .orElseThrow(() -> none(certificate, n.name()));
    }
}

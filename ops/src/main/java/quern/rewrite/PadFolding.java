package quern.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.Op;
import quern.op.Padding;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.shape.Pad;
import quern.tensor.DType;
import quern.tensor.Ints;

/** Makes zeros around a float32 image part of the convolution that reads it. */
public record PadFolding() implements Rule {
    @Override
    public String name() {
        return "pad-folding";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node pad : graph.nodes()) {
            Optional<Node> reader =
                    pad.op() instanceof Pad ? graph.soleConsumer(pad.name()) : Optional.empty();
            if (reader.isPresent()
                    && pad.output().type().dtype() == DType.F32
                    && reader.get().inputs().get(0).equals(pad.name())
                    && isZero(graph, pad)) {
                Node n = reader.get();
                padded(n.op(), (Pad) pad.op())
                        .ifPresent(
                                op -> {
                                    List<String> inputs = new ArrayList<>(n.inputs());
                                    inputs.set(0, pad.inputs().get(0));
                                    patch.remove(pad);
                                    patch.replace(
                                            n, new Node(op, inputs, n.outputs(), n.rounding()));
                                });
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    private static boolean isZero(Graph graph, Node pad) {
        return pad.has(1)
                ? Constants.number(graph, pad.inputs().get(1)).filter(v -> v == 0).isPresent()
                : ((Pad) pad.op()).value() == 0;
    }

    private static Optional<Op> padded(Op op, Pad pad) {
        Ints before = pad.before();
        Ints after = pad.after();
        boolean image =
                before.size() == 4 && before.at(0) + after.at(0) + before.at(3) + after.at(3) == 0;
        if (!image) {
            return Optional.empty();
        }
        if (op instanceof Conv2d c) {
            return sum(c.padding(), before, after)
                    .map(p -> new Conv2d(c.stride(), c.dilation(), p, c.groups(), c.activation()));
        }
        if (op instanceof DepthwiseConv2d c) {
            return sum(c.padding(), before, after)
                    .map(p -> new DepthwiseConv2d(c.stride(), c.dilation(), p, c.activation()));
        }
        return Optional.empty();
    }

    private static Optional<Padding> sum(Padding own, Ints before, Ints after) {
        int[] sides = {0, 0, 0, 0};
        if (own instanceof Padding.Explicit e) {
            sides = new int[] {e.top(), e.left(), e.bottom(), e.right()};
        } else if (!(own instanceof Padding.Valid)) {
            return Optional.empty();
        }
        return Optional.of(
                new Padding.Explicit(
                        sides[0] + before.at(1),
                        sides[1] + before.at(2),
                        sides[2] + after.at(1),
                        sides[3] + after.at(2)));
    }
}

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
import quern.op.shape.BatchToSpace;
import quern.op.shape.SpaceToBatch;
import quern.tensor.Ints;

/**
 * Makes one convolution with dilation of a convolution between {@link SpaceToBatch} and {@link
 * BatchToSpace}, which older converters write. Each output adds the same products in the same
 * order, zeros of the padding included, so that the result is equal to the bit.
 */
public record DilatedConvolution() implements Rule {
    @Override
    public String name() {
        return "dilated-convolution";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node split : graph.nodes()) {
            if (!(split.op() instanceof SpaceToBatch s) || s.block().size() != 2) {
                continue;
            }
            Optional<Node> conv = graph.soleConsumer(split.name());
            Optional<Node> join = conv.flatMap(c -> graph.soleConsumer(c.name()));
            if (join.isPresent()
                    && conv.get().inputs().lastIndexOf(split.name()) == 0
                    && join.get().op() instanceof BatchToSpace b
                    && b.block().equals(s.block())) {
                padding(s, b)
                        .flatMap(p -> dilated(conv.get().op(), s.block(), p))
                        .ifPresent(op -> merge(patch, split, conv.get(), join.get(), op));
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    private static void merge(Patch patch, Node split, Node conv, Node join, Op op) {
        List<String> inputs = new ArrayList<>(conv.inputs());
        inputs.set(0, split.inputs().get(0));
        patch.remove(split).remove(conv);
        patch.replace(join, new Node(op, inputs, join.outputs(), conv.rounding()));
    }

    /** What is added and not cut off again, if no side loses more than it got. */
    private static Optional<Padding> padding(SpaceToBatch s, BatchToSpace b) {
        int top = s.before().at(0) - b.before().at(0);
        int left = s.before().at(1) - b.before().at(1);
        int bottom = s.after().at(0) - b.after().at(0);
        int right = s.after().at(1) - b.after().at(1);
        return top < 0 || left < 0 || bottom < 0 || right < 0
                ? Optional.empty()
                : Optional.of(new Padding.Explicit(top, left, bottom, right));
    }

    private static Optional<Op> dilated(Op op, Ints block, Padding padding) {
        if (op instanceof Conv2d c && slides(c.stride(), c.padding())) {
            return times(c.dilation(), block)
                    .map(d -> new Conv2d(c.stride(), d, padding, c.groups(), c.activation()));
        } else if (op instanceof DepthwiseConv2d c && slides(c.stride(), c.padding())) {
            return times(c.dilation(), block)
                    .map(d -> new DepthwiseConv2d(c.stride(), d, padding, c.activation()));
        }
        return Optional.empty();
    }

    private static boolean slides(Ints stride, Padding padding) {
        return stride.all(1) && padding instanceof Padding.Valid;
    }

    private static Optional<Ints> times(Ints dilation, Ints block) {
        long rows = (long) dilation.at(0) * block.at(0);
        long columns = (long) dilation.at(1) * block.at(1);
        return Math.max(rows, columns) > Integer.MAX_VALUE
                ? Optional.empty()
                : Optional.of(Ints.of((int) rows, (int) columns));
    }
}

package quern.rewrite;

import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.Activation;
import quern.op.activation.HardSwish;
import quern.op.activation.Relu6;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Mul;

/**
 * Makes a HardSwish of {@code x * relu6(x + 3) / 6}, the quotient taken of either factor or of the
 * product. Source: Howard and others, "Searching for MobileNetV3".
 */
public record HardSwishRecognition() implements Rule {
    @Override
    public String name() {
        return "hard-swish-recognition";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node n : graph.nodes()) {
            Optional<String> shifted = clamped(graph, n);
            if (shifted.isPresent() && !patch.touches(n)) {
                recognize(graph, n, shifted.get(), patch);
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    /** The number to which 3 was added before a node that clamps the sum to 0 to 6. */
    private static Optional<String> clamped(Graph graph, Node n) {
        if (n.op() instanceof Add a && a.activation() == Activation.RELU6) {
            return Constants.beside(graph, n, 3);
        }
        Optional<Node> sum =
                n.op() instanceof Relu6 ? graph.producer(n.inputs().get(0)) : Optional.empty();
        return sum.isPresent() && Patterns.is(sum.get(), Add.class)
                ? Constants.beside(graph, sum.get(), 3)
                : Optional.empty();
    }

    private static void recognize(Graph graph, Node clamped, String x, Patch patch) {
        Node last = clamped;
        boolean sixth = false;
        boolean times = false;
        while (!(sixth && times)) {
            Optional<Node> next = graph.soleConsumer(last.name());
            if (next.isEmpty()) {
                return;
            }
            if (!sixth && isSixth(graph, next.get(), last.name())) {
                sixth = true;
            } else if (!times && isProduct(next.get(), last.name(), x)) {
                times = true;
            } else {
                return;
            }
            last = next.get();
        }
        if (!patch.touches(last)) {
            patch.replace(
                    last, new Node(new HardSwish(), List.of(x), last.outputs(), last.rounding()));
        }
    }

    private static boolean isSixth(Graph graph, Node n, String of) {
        if (Patterns.is(n, Div.class)) {
            return n.inputs().get(0).equals(of) && Constants.isNear(graph, n.inputs().get(1), 6);
        }
        return Patterns.is(n, Mul.class)
                && Constants.beside(graph, n, 1 / 6.0).filter(of::equals).isPresent();
    }

    private static boolean isProduct(Node n, String a, String b) {
        return Patterns.is(n, Mul.class) && Constants.other(n, a).filter(b::equals).isPresent();
    }
}

package quern.rewrite;

import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.Activation;
import quern.op.Op;
import quern.op.activation.Gelu;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Erf;
import quern.op.math.Mul;

/**
 * Makes a Gelu of {@code x * 0.5 * (1 + erf(x / sqrt(2)))}, in whichever order the factors stand.
 * Source: Hendrycks and Gimpel, "Gaussian Error Linear Units".
 */
public record GeluRecognition() implements Rule {
    private static final double ROOT = Math.sqrt(2);

    @Override
    public String name() {
        return "gelu-recognition";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node erf : graph.nodes()) {
            if (erf.op() instanceof Erf) {
                recognize(graph, erf, patch);
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    private static void recognize(Graph graph, Node erf, Patch patch) {
        Optional<Node> scaled = graph.producer(erf.inputs().get(0));
        Optional<String> x = scaled.flatMap(n -> scaled(graph, n));
        Optional<Node> sum = sole(graph, erf).filter(n -> isPlain(n.op(), Add.class));
        if (x.isEmpty() || sum.isEmpty() || Constants.beside(graph, sum.get(), 1).isEmpty()) {
            return;
        }
        Node last = sum.get();
        boolean half = false;
        boolean times = false;
        while (!(half && times)) {
            Optional<Node> next = sole(graph, last).filter(n -> isPlain(n.op(), Mul.class));
            if (next.isEmpty()) {
                return;
            }
            String factor = Constants.other(next.get(), last.name()).orElse("");
            Optional<Node> maker = graph.producer(factor);
            if (!half && Constants.isNear(graph, factor, 0.5)) {
                half = true;
            } else if (!times && factor.equals(x.get())) {
                times = true;
            } else if (!half
                    && !times
                    && maker.isPresent()
                    && isHalfOf(graph, maker.get(), x.get())) {
                half = true;
                times = true;
            } else {
                return;
            }
            last = next.get();
        }
        if (patch.touches(last)) {
            return;
        }
        patch.replace(
                last, new Node(new Gelu(false), List.of(x.get()), last.outputs(), last.rounding()));
    }

    private static Optional<Node> sole(Graph graph, Node n) {
        return graph.soleConsumer(n.name());
    }

    private static boolean isPlain(Op op, Class<?> type) {
        return type.isInstance(op)
                && (op instanceof Add a
                        ? a.activation() == Activation.NONE
                        : op instanceof Mul m && m.activation() == Activation.NONE);
    }

    private static boolean isHalfOf(Graph graph, Node n, String x) {
        return isPlain(n.op(), Mul.class)
                && Constants.beside(graph, n, 0.5).filter(x::equals).isPresent();
    }

    /** What is divided by the root of 2. */
    private static Optional<String> scaled(Graph graph, Node n) {
        if (n.op() instanceof Div d && d.activation() == Activation.NONE) {
            return Constants.isNear(graph, n.inputs().get(1), ROOT)
                    ? Optional.of(n.inputs().get(0))
                    : Optional.empty();
        }
        return isPlain(n.op(), Mul.class) ? Constants.beside(graph, n, 1 / ROOT) : Optional.empty();
    }
}

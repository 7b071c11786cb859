package quern.rewrite;

import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.activation.Gelu;
import quern.op.activation.Tanh;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Erf;
import quern.op.math.Mul;
import quern.op.math.Pow;
import quern.op.math.Square;

/**
 * Makes a Gelu of {@code x * 0.5 * (1 + erf(x / sqrt(2)))}, in whichever order the factors stand,
 * or with {@code tanh(sqrt(2/pi) * (x + 0.044715 * x^3))} in place of the error function. Source:
 * Hendrycks and Gimpel, "Gaussian Error Linear Units".
 */
public record GeluRecognition() implements Rule {
    private static final double ROOT = Math.sqrt(2);
    private static final double CUBIC = 0.044715;

    @Override
    public String name() {
        return "gelu-recognition";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node erf : graph.nodes()) {
            if (erf.op() instanceof Erf || erf.op() instanceof Tanh) {
                recognize(graph, erf, patch);
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    private static void recognize(Graph graph, Node erf, Patch patch) {
        Optional<Node> scaled = graph.producer(erf.inputs().get(0));
        boolean approximate = erf.op() instanceof Tanh;
        Optional<String> x =
                scaled.flatMap(n -> approximate ? polynomial(graph, n) : scaled(graph, n));
        Optional<Node> sum = sole(graph, erf).filter(n -> Patterns.is(n, Add.class));
        if (x.isEmpty() || sum.isEmpty() || Constants.beside(graph, sum.get(), 1).isEmpty()) {
            return;
        }
        Node last = sum.get();
        boolean half = false;
        boolean times = false;
        while (!(half && times)) {
            Optional<Node> next = sole(graph, last).filter(n -> Patterns.is(n, Mul.class));
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
        Gelu gelu = new Gelu(approximate);
        patch.replace(last, new Node(gelu, List.of(x.get()), last.outputs(), last.rounding()));
    }

    /** The x of {@code sqrt(2/pi) * (x + 0.044715 * x^3)}. */
    private static Optional<String> polynomial(Graph graph, Node n) {
        Optional<Node> sum =
                Patterns.is(n, Mul.class)
                        ? Constants.beside(graph, n, Math.sqrt(2 / Math.PI))
                                .flatMap(graph::producer)
                                .filter(s -> Patterns.is(s, Add.class))
                        : Optional.empty();
        for (int i = 0; sum.isPresent() && i < 2; i++) {
            String x = sum.get().inputs().get(i);
            Optional<Node> cubic =
                    graph.producer(sum.get().inputs().get(1 - i))
                            .filter(m -> Patterns.is(m, Mul.class));
            Optional<String> cube = cubic.flatMap(m -> Constants.beside(graph, m, CUBIC));
            if (cube.flatMap(graph::producer).filter(c -> isCube(graph, c, x)).isPresent()) {
                return Optional.of(x);
            }
        }
        return Optional.empty();
    }

    private static boolean isCube(Graph graph, Node n, String x) {
        if (n.op() instanceof Pow) {
            return n.inputs().get(0).equals(x) && Constants.isNear(graph, n.inputs().get(1), 3);
        }
        Optional<Node> square =
                Patterns.is(n, Mul.class)
                        ? Constants.other(n, x).flatMap(graph::producer)
                        : Optional.empty();
        return square.isPresent()
                && (square.get().op() instanceof Square || Patterns.is(square.get(), Mul.class))
                && square.get().inputs().stream().allMatch(x::equals);
    }

    private static Optional<Node> sole(Graph graph, Node n) {
        return graph.soleConsumer(n.name());
    }

    private static boolean isHalfOf(Graph graph, Node n, String x) {
        return Patterns.is(n, Mul.class)
                && Constants.beside(graph, n, 0.5).filter(x::equals).isPresent();
    }

    /** What is divided by the root of 2. */
    private static Optional<String> scaled(Graph graph, Node n) {
        if (Patterns.is(n, Div.class)) {
            return Constants.isNear(graph, n.inputs().get(1), ROOT)
                    ? Optional.of(n.inputs().get(0))
                    : Optional.empty();
        }
        return Patterns.is(n, Mul.class) ? Constants.beside(graph, n, 1 / ROOT) : Optional.empty();
    }
}

package quern.rewrite;

import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.Op;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Mul;
import quern.op.math.Rsqrt;
import quern.op.math.Sqrt;
import quern.op.math.Square;
import quern.op.math.SquaredDifference;
import quern.op.math.Sub;
import quern.op.reduction.LayerNormalization;
import quern.op.reduction.Mean;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Makes a LayerNormalization of {@code (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon) *
 * scale + offset} along the last axis, scale and offset constants. Source: Ba, Kiros and Hinton,
 * "Layer Normalization".
 */
public record LayerNormalizationRecognition() implements Rule {
    @Override
    public String name() {
        return "layer-normalization-recognition";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node n : graph.nodes()) {
            if (Patterns.is(n, Add.class) && !patch.touches(n)) {
                new Match(graph, n).normalized().ifPresent(found -> patch.replace(n, found));
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    /** A sum that may be the end of a normalization. */
    private record Match(Graph graph, Node sum) {
        Optional<Node> normalized() {
            for (int i = 0; i < 2; i++) {
                String offset = sum.inputs().get(i);
                Optional<Node> product = producer(sum.inputs().get(1 - i), Mul.class);
                for (int j = 0; product.isPresent() && j < 2; j++) {
                    String scale = product.get().inputs().get(j);
                    Optional<Node> found = of(product.get().inputs().get(1 - j), scale, offset);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        }

        private Optional<Node> of(String normal, String scale, String offset) {
            Shape shape = graph.type(normal).shape();
            if (shape.rank() == 0 || shape.isSymbolic(shape.rank() - 1)) {
                return Optional.empty();
            }
            int n = shape.dim(shape.rank() - 1);
            if (!isVector(scale, n) || !isVector(offset, n)) {
                return Optional.empty();
            }
            return quotient(normal)
                    .flatMap(this::distance)
                    .filter(d -> graph.type(d.x).shape().equals(shape))
                    .map(
                            d ->
                                    new Node(
                                            new LayerNormalization(d.epsilon),
                                            List.of(d.x, scale, offset),
                                            sum.outputs(),
                                            sum.rounding()));
        }

        private boolean isVector(String value, int n) {
            Optional<Tensor> t = graph.constant(value);
            return t.isPresent()
                    && t.get().dtype() == DType.F32
                    && t.get().shape().equals(Shape.of(n));
        }

        /** Something over a root, and what the root is taken of. */
        private record Quotient(String over, String under) {}

        private Optional<Quotient> quotient(String value) {
            Optional<Node> div = producer(value, Div.class);
            if (div.isPresent()) {
                return root(div.get().inputs().get(1))
                        .map(of -> new Quotient(div.get().inputs().get(0), of));
            }
            Optional<Node> mul = producer(value, Mul.class);
            for (int i = 0; mul.isPresent() && i < 2; i++) {
                String over = mul.get().inputs().get(1 - i);
                Optional<String> under = inverseRoot(mul.get().inputs().get(i));
                if (under.isPresent()) {
                    return under.map(of -> new Quotient(over, of));
                }
            }
            return Optional.empty();
        }

        private Optional<String> root(String value) {
            return producer(value, Sqrt.class).map(n -> n.inputs().get(0));
        }

        private Optional<String> inverseRoot(String value) {
            Optional<Node> whole = producer(value, Rsqrt.class);
            if (whole.isPresent()) {
                return whole.map(n -> n.inputs().get(0));
            }
            return producer(value, Div.class)
                    .filter(n -> Constants.isNear(graph, n.inputs().get(0), 1))
                    .flatMap(n -> root(n.inputs().get(1)));
        }

        /** The vectors of a distance from a mean over the root of its mean square and epsilon. */
        private record Distance(String x, float epsilon) {}

        private Optional<Distance> distance(Quotient q) {
            Optional<Node> away = producer(q.over, Sub.class);
            Optional<Node> variance = producer(q.under, Add.class);
            if (away.isEmpty() || variance.isEmpty()) {
                return Optional.empty();
            }
            String x = away.get().inputs().get(0);
            String mean = away.get().inputs().get(1);
            Optional<String> of = mean(mean);
            for (int i = 0; i < 2; i++) {
                Optional<Float> epsilon = Constants.number(graph, variance.get().inputs().get(i));
                Optional<String> squares = mean(variance.get().inputs().get(1 - i));
                if (epsilon.isPresent()
                        && of.filter(x::equals).isPresent()
                        && squares.filter(s -> isSquare(s, x, mean)).isPresent()) {
                    return Optional.of(new Distance(x, epsilon.get()));
                }
            }
            return Optional.empty();
        }

        /** What a value is the mean of, along the last axis, which stays. */
        private Optional<String> mean(String value) {
            return producer(value, Mean.class)
                    .filter(n -> ((Mean) n.op()).keepDims())
                    .filter(n -> ((Mean) n.op()).axes().equals(last(n.inputs().get(0))))
                    .map(n -> n.inputs().get(0));
        }

        private Ints last(String value) {
            return Ints.of(graph.type(value).shape().rank() - 1);
        }

        private boolean isSquare(String value, String x, String mean) {
            Node n = graph.producer(value).orElse(null);
            if (n == null) {
                return false;
            } else if (Patterns.is(n, Square.class)) {
                return isDistance(n.inputs().get(0), x, mean);
            } else if (Patterns.is(n, Mul.class)) {
                return isDistance(n.inputs().get(0), x, mean)
                        && isDistance(n.inputs().get(1), x, mean);
            }
            return Patterns.is(n, SquaredDifference.class)
                    && (n.inputs().equals(List.of(x, mean)) || n.inputs().equals(List.of(mean, x)));
        }

        private boolean isDistance(String value, String x, String mean) {
            return producer(value, Sub.class)
                    .filter(n -> n.inputs().equals(List.of(x, mean)))
                    .isPresent();
        }

        private Optional<Node> producer(String value, Class<? extends Op> type) {
            return graph.producer(value).filter(n -> Patterns.is(n, type));
        }
    }
}

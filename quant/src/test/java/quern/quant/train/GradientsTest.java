package quern.quant.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.error.UnsupportedOpException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.Op;
import quern.op.OpSet;
import quern.op.TypeRules;
import quern.op.math.Floor;
import quern.op.math.Mul;
import quern.op.reduction.Sum;
import quern.reference.ReferenceInterpreter;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Every operator has a row; every gradient agrees with differences of the operator itself. */
class GradientsTest {
    private static final int CASES = 80;
    private static final int ELEMENTS = 6;
    private static final float LARGE = 100;

    @Test
    void everyOperatorHasARow() {
        Set<Class<? extends Op>> operators = new HashSet<>();
        OpSet.standard().rows().forEach(r -> operators.add(r.type()));
        assertEquals(operators, Gradients.rows().keySet());
    }

    @Test
    void whatHasNoGradientSaysWhy() {
        Gradients.rows()
                .forEach(
                        (op, rule) -> {
                            if (rule instanceof GradientRule.NotDifferentiable n) {
                                assertFalse(n.why().isBlank(), op.getSimpleName());
                            }
                        });
    }

    static Stream<OpCases.Row> differentiable() {
        return OpCases.rows().stream()
                .filter(r -> Gradients.rows().get(r.type()) instanceof GradientRule.Differentiable);
    }

    @ParameterizedTest
    @MethodSource("differentiable")
    void agreesWithDifferences(OpCases.Row row) {
        int compared = 0;
        for (int seed = 0; seed < CASES; seed++) {
            OpCase c = row.random(seed % 11, seed);
            if (isOrdinary(c)) {
                compared += compare(c, new Random(seed));
            }
        }
        assertTrue(compared >= 20, "only " + compared + " derivatives were compared");
    }

    private static boolean isOrdinary(OpCase c) {
        return TypeRules.isReal(c.node().output().type())
                && c.node().output().type().shape().elements() > 0
                && c.isFinite();
    }

    private static int compare(OpCase c, Random random) {
        Map<String, Tensor> values = new LinkedHashMap<>(c.graph().constants());
        for (int i = 0; i < c.inputs().size(); i++) {
            values.put(c.graph().inputs().get(i).name(), c.inputs().get(i));
        }
        List<String> reals = new ArrayList<>();
        values.forEach(
                (name, t) -> {
                    if (TypeRules.isReal(t.type())
                            && t.elements() > 0
                            && c.node().inputs().contains(name)) {
                        reals.add(name);
                    }
                });
        Node node = c.node();
        Tensor weights = Tensor.zeros(node.output().type());
        for (int i = 0; i < weights.elements(); i++) {
            weights.setReal(i, (float) (random.nextGaussian()));
        }
        GraphBuilder b = new GraphBuilder("check");
        values.forEach((name, t) -> b.input(name, t.type()));
        b.add(node);
        String w = b.constant(b.fresh("weights"), weights);
        String weighted = b.add(b.fresh("weighted"), new Mul(Activation.NONE), node.name(), w);
        int rank = weights.shape().rank();
        Ints axes = Ints.of(IntStream.range(0, rank).toArray());
        String loss = b.add(b.fresh("loss"), new Sum(axes, false), weighted);
        Map<String, String> gradients;
        try {
            gradients = Differentiation.append(b, loss, reals);
        } catch (UnsupportedOpException e) {
            return 0;
        }
        assertEquals(Set.copyOf(reals), gradients.keySet(), c.toString());
        gradients.values().stream().distinct().forEach(b::output);
        Map<String, Tensor> all =
                new ReferenceInterpreter(b.build()).runAll(new ArrayList<>(values.values()));
        int compared = 0;
        for (String name : reals) {
            Tensor g = all.getOrDefault(gradients.get(name), weights);
            assertEquals(values.get(name).shape(), g.shape(), c.toString());
            for (int k = 0; k < ELEMENTS; k++) {
                int i = random.nextInt(g.elements());
                compared += compare(c, values, weights, name, i, g.real(i));
            }
        }
        return compared;
    }

    /** The derivative by one element; where the function is rough or huge, nothing is compared. */
    private static int compare(
            OpCase c, Map<String, Tensor> values, Tensor weights, String name, int i, float got) {
        float x = values.get(name).real(i);
        if (Math.abs(x) > LARGE) {
            return 0;
        }
        float step = Math.max(1, Math.abs(x)) / 256;
        double[] at = new double[5];
        double size = 0;
        for (int k = 0; k < 5; k++) {
            Map<String, Tensor> moved = new LinkedHashMap<>(values);
            Tensor t = values.get(name).copy();
            t.setReal(i, x + (k - 2) * step);
            moved.put(name, t);
            Tensor y = ReferenceInterpreter.run(c.node(), moved::get).get(0);
            for (int e = 0; e < y.elements(); e++) {
                at[k] += (double) y.real(e) * weights.real(e);
                size = Math.max(size, Math.abs((double) y.real(e) * weights.real(e)));
            }
        }
        double wide = (at[4] - at[0]) / (4.0 * step);
        double narrow = (at[3] - at[1]) / (2.0 * step);
        double left = (at[2] - at[1]) / step;
        double right = (at[3] - at[2]) / step;
        double noise = size * 2e-5 / step * Math.sqrt(weights.elements());
        double scale = Math.abs(narrow) + 0.01;
        boolean smooth =
                Math.abs(wide - narrow) < 0.01 * scale + noise
                        && Math.abs(left - right) < 0.05 * scale + noise;
        if (!(size < LARGE) || !smooth || noise > 0.2 * scale) {
            return 0;
        }
        assertTrue(
                Math.abs(got - narrow) <= 0.03 * scale + noise,
                () ->
                        "by element "
                                + i
                                + " of "
                                + name
                                + " the derivative is about "
                                + narrow
                                + ", not "
                                + got
                                + " in "
                                + c);
        return 1;
    }

    @Test
    void refusesToTrainThroughSteps() {
        GraphBuilder b = new GraphBuilder("steps");
        String x = b.input("x", TensorType.f32(3));
        String y = b.add("y", new Floor(), x);
        String loss = b.add("loss", new Sum(Ints.of(0), false), y);
        UnsupportedOpException e =
                assertThrows(
                        UnsupportedOpException.class,
                        () -> Differentiation.append(b, loss, List.of(x)));
        assertTrue(e.getMessage().contains("Floor"), e.getMessage());
    }

    @Test
    void sumsWhatSeveralReadersGive() {
        GraphBuilder b = new GraphBuilder("twice");
        String x = b.input("x", TensorType.f32(2));
        String y = b.add("y", new Mul(Activation.NONE), x, x);
        String loss = b.add("loss", new Sum(Ints.of(0), false), y);
        b.output(Differentiation.append(b, loss, List.of(x)).get(x));
        Graph g = b.build();
        Tensor in = Tensor.of(Shape.of(2), 3f, -5f);
        assertEquals(
                Tensor.of(Shape.of(2), 6f, -10f),
                new ReferenceInterpreter(g).run(List.of(in)).get(0));
    }
}

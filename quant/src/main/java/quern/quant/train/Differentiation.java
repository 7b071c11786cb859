package quern.quant.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import quern.error.UnsupportedOpException;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.OpSet;
import quern.op.TypeRules;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** Adds to a graph what computes the derivatives of one of its values by others. */
public final class Differentiation {
    private Differentiation() {}

    /**
     * Adds the backward pass of everything that was added to the builder so far.
     *
     * @param loss a value of one element
     * @param parameters names of float inputs or constants of static shape
     * @return for each parameter the name of the loss's gradient by it; a parameter on which the
     *     loss does not depend is left out
     * @throws UnsupportedOpException if the loss depends on a parameter through an operator without
     *     gradient
     */
    public static Map<String, String> append(
            GraphBuilder builder, String loss, Collection<String> parameters) {
        Tensor one = Tensor.zeros(builder.type(loss));
        if (one.elements() != 1) {
            throw new IllegalArgumentException(
                    "a loss is one number, but " + loss + " is " + builder.type(loss));
        }
        one.setReal(0, 1);
        String seed = builder.constant(builder.fresh("d_" + loss), one);
        return append(builder, loss, seed, parameters, Map.of(), new LinkedHashMap<>());
    }

    /**
     * Adds a backward pass that goes from codes to numbers at some places.
     *
     * @param crossings by the name of the real number
     * @param scales gets, by the same names, the gradients by their scales
     */
    static Map<String, String> append(
            GraphBuilder builder,
            String loss,
            Collection<String> parameters,
            Map<String, ? extends Crossing> crossings,
            Map<String, String> scales) {
        String seed = builder.constant(builder.fresh("d_" + loss), scalar(1));
        return append(builder, loss, seed, parameters, crossings, scales);
    }

    private static Map<String, String> append(
            GraphBuilder builder,
            String loss,
            String seed,
            Collection<String> parameters,
            Map<String, ? extends Crossing> crossings,
            Map<String, String> scales) {
        List<Node> nodes = new ArrayList<>(builder.nodes());
        Set<String> wanted = new HashSet<>(parameters);
        Set<String> skipped = new HashSet<>();
        crossings.values().forEach(c -> wanted.add(c.rounded()));
        crossings.values().forEach(c -> skipped.addAll(c.between()));
        for (Node n : nodes) {
            if (n.inputs().stream().anyMatch(wanted::contains)) {
                n.outputs().stream()
                        .filter(v -> TypeRules.isReal(v.type()) && !skipped.contains(v.name()))
                        .forEach(v -> wanted.add(v.name()));
            }
        }
        Set<String> rounded = new HashSet<>();
        crossings.values().forEach(c -> rounded.add(c.rounded()));
        Map<String, String> gradients = new LinkedHashMap<>(Map.of(loss, seed));
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node n = nodes.get(i);
            cross(builder, n.name(), crossings, gradients, scales);
            String g = gradients.get(n.name());
            boolean passed = wanted.contains(n.name()) && !rounded.contains(n.name());
            if (g != null && passed) {
                emit(builder, n, g, gradients, wanted);
            }
        }
        parameters.forEach(p -> cross(builder, p, crossings, gradients, scales));
        Map<String, String> found = new LinkedHashMap<>();
        for (String p : parameters) {
            if (gradients.containsKey(p)) {
                found.put(p, gradients.get(p));
            }
        }
        return found;
    }

    private static void cross(
            GraphBuilder builder,
            String name,
            Map<String, ? extends Crossing> crossings,
            Map<String, String> gradients,
            Map<String, String> scales) {
        Crossing c = crossings.get(name);
        if (c != null) {
            String scale = c.cross(builder, gradients);
            if (!scale.isEmpty()) {
                scales.put(name, scale);
            }
        }
    }

    private static void emit(
            GraphBuilder builder,
            Node n,
            String gradient,
            Map<String, String> gradients,
            Set<String> wanted) {
        GradientRule rule = Gradients.of(n.op());
        if (rule instanceof GradientRule.NotDifferentiable no) {
            throw new UnsupportedOpException(
                    OpSet.standard().name(n.op()),
                    n.name(),
                    "it cannot be trained through: " + no.why());
        }
        String g = gradient;
        if (n.op() instanceof Activated a && a.activation() != Activation.NONE) {
            Backward clamp = new Backward(builder, n, gradient, gradients, wanted);
            double low = a.activation().min();
            g = clamp.between(n.name(), low, a.activation().max(), gradient);
        }
        Backward node = new Backward(builder, n, g, gradients, wanted);
        ((GradientRule.Differentiable) rule).emit().emit(n.op(), node);
    }

    /** A number as a tensor. */
    static Tensor scalar(double value) {
        return Tensor.of(Shape.of(), (float) value);
    }
}

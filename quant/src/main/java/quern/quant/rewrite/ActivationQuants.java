package quern.quant.rewrite;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.TypeRules;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.Extremes;
import quern.quant.affine.Range;
import quern.quant.calibration.Ranges;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.tensor.Quant;
import quern.tensor.Tensor;

/**
 * Scale and zero point of every activation.
 *
 * <p>Values that an operator forces to one scale form a group, whose range is the union of its
 * members' ranges. An operator with several inputs, and one that clamps, takes an input into the
 * group only if nothing else reads it; another input keeps its finer scale and is requantized.
 */
public final class ActivationQuants {
    private final Graph graph;
    private final NodeSelection selection;
    private final Ranges ranges;
    private final AffineScheme scheme;
    private final ScaleGroups groups = new ScaleGroups();
    private final Map<String, Quant.PerTensor> fixed = new HashMap<>();
    private final Map<String, Range> constants = new HashMap<>();
    private final Set<String> clamped = new HashSet<>();
    private final Int2ObjectOpenHashMap<Quant.PerTensor> quants = new Int2ObjectOpenHashMap<>();

    /**
     * @param inputs quantizations of inputs that are given, by name
     */
    public ActivationQuants(
            Graph graph,
            NodeSelection selection,
            Ranges ranges,
            AffineScheme scheme,
            Map<String, Quant.PerTensor> inputs) {
        this.graph = graph;
        this.selection = selection;
        this.ranges = ranges;
        this.scheme = scheme;
        graph.inputs().forEach(v -> groups.add(v.name()));
        fixed.putAll(inputs);
        for (Node n : graph.nodes()) {
            n.outputs().forEach(v -> groups.add(v.name()));
            if (selection.isQuantized(n)
                    && QuantRules.of(n.op()) instanceof QuantRule.FixedOutput f) {
                fixed.put(n.name(), f.quant(scheme.bits()));
            }
        }
        // What must share comes before what may, so that it is known who else reads a group.
        share(true);
        share(false);
    }

    private void share(boolean must) {
        for (Node n : graph.nodes()) {
            if (selection.isQuantized(n)
                    && QuantRules.of(n.op()) instanceof QuantRule.SameRange s) {
                List<String> inputs =
                        n.inputs().stream()
                                .filter(in -> graph.constant(in).isEmpty() && isReal(in))
                                .distinct()
                                .toList();
                if (must == (inputs.size() == 1 && !s.saturating())) {
                    share(n, inputs, s.saturating());
                }
            }
        }
    }

    private boolean isReal(String value) {
        return TypeRules.isReal(graph.type(value));
    }

    /** The quantization of a value that is an input of the graph or made by a node. */
    public Quant.PerTensor of(String value) {
        int group = groups.group(value);
        Quant.PerTensor known = quants.get(group);
        if (known != null) {
            return known;
        }
        Quant.PerTensor q = fixed(value).orElseGet(() -> parameters(value, range(value)));
        quants.put(group, q);
        return q;
    }

    /** The quantization of a constant that is used as an activation of its own. */
    Quant.PerTensor ofConstant(String value) {
        return parameters(value, constantRange(value));
    }

    private void share(Node n, List<String> inputs, boolean saturating) {
        String out = n.name();
        for (String in : n.inputs()) {
            if (graph.constant(in).isPresent() && isReal(in)) {
                constants.merge(out, constantRange(in), Range::union);
            }
        }
        boolean oneFixed = oneFixedHolds(out, inputs);
        for (String in : inputs) {
            boolean free = !isReadElsewhere(in, n);
            boolean mayMove = free || inputs.size() == 1 && !saturating;
            if (fixed(in).isPresent() ? oneFixed : mayMove) {
                groups.union(in, out);
            }
            if (saturating && free && groups.same(in, out)) {
                clamped.add(in);
            }
        }
    }

    /**
     * Whether all inputs have the same fixed quantization and it can express the output's group.
     */
    private boolean oneFixedHolds(String out, List<String> inputs) {
        Set<Optional<Quant.PerTensor>> all = new HashSet<>();
        inputs.forEach(in -> all.add(fixed(in)));
        if (all.size() != 1 || all.contains(Optional.<Quant.PerTensor>empty())) {
            return false;
        }
        Quant.PerTensor q = all.iterator().next().get();
        double low = (double) q.scale() * (scheme.min() - q.zeroPoint());
        double high = (double) q.scale() * (scheme.max() + 1.0 - q.zeroPoint());
        return new Range(low, high).contains(range(out));
    }

    private Optional<Quant.PerTensor> fixed(String value) {
        return groups.members(value).stream()
                .filter(fixed::containsKey)
                .map(fixed::get)
                .findFirst();
    }

    /** Whether a value of the group is returned or read by a node outside of the group. */
    private boolean isReadElsewhere(String value, Node reader) {
        for (String m : groups.members(value)) {
            if (graph.isKept(m)) {
                return true;
            }
            for (Node c : graph.consumers(m)) {
                boolean within =
                        selection.isQuantized(c)
                                && QuantRules.of(c.op()) instanceof QuantRule.SameRange
                                && groups.same(c.name(), m);
                if (!within && !c.equals(reader)) {
                    return true;
                }
            }
        }
        return false;
    }

    private Range range(String value) {
        Range all = Range.ZERO;
        for (String m : groups.members(value)) {
            if (!clamped.contains(m)) {
                all = all.union(WorstCase.widen(ranges.of(m), m, graph, ranges));
            }
            if (constants.containsKey(m)) {
                all = all.union(constants.get(m));
            }
        }
        return all;
    }

    private Quant.PerTensor parameters(String value, Range range) {
        try {
            return scheme.parameters(range);
        } catch (IllegalArgumentException e) {
            throw new FormatException("value " + value, e.getMessage());
        }
    }

    private Range constantRange(String value) {
        Tensor t = graph.constant(value).orElseThrow();
        OptionalInt bad = Extremes.firstNotFinite(t);
        if (bad.isPresent()) {
            throw new FormatException(
                    "constant " + value,
                    "element "
                            + bad.getAsInt()
                            + " is "
                            + t.real(bad.getAsInt())
                            + ", and no code stands for that");
        }
        return Extremes.of(t).orElse(Range.ZERO);
    }
}

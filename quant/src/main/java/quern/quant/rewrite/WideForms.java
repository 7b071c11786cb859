package quern.quant.rewrite;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.op.math.Exp;
import quern.op.math.Log;
import quern.op.math.Rsqrt;
import quern.op.math.Sqrt;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Which operators take and make S16 codes: those that accept the types, but for functions that are
 * too steep somewhere for their table, which is interpolated between 513 points.
 */
public final class WideForms {
    private static final Set<Class<? extends Op>> STEEP =
            Set.of(Exp.class, Log.class, Sqrt.class, Rsqrt.class);

    private static final Quant CODES = new Quant.PerTensor(1f / 32768, 0, 16);

    private WideForms() {}

    /** Names of nodes that have no form for S16 codes, with the reason. */
    public static Map<String, String> missing(Graph graph, RoundingMode rounding) {
        Map<String, String> missing = new LinkedHashMap<>();
        for (Node n : graph.nodes()) {
            boolean kept = QuantRules.of(n.op()) instanceof QuantRule.KeepFloat;
            if (STEEP.contains(n.op().getClass())) {
                missing.put(n.name(), "its table for codes of 16 bits would be too coarse");
            } else if (!kept && !has(graph, n, rounding)) {
                missing.put(n.name(), "it has no form for codes of 16 bits");
            }
        }
        return missing;
    }

    private static boolean has(Graph graph, Node n, RoundingMode rounding) {
        OpInputs inputs = inputs(graph, n);
        List<TensorType> outputs = n.outputs().stream().map(v -> codes(v.type())).toList();
        try {
            n.op().infer(inputs);
            n.op().check(inputs, outputs, rounding);
            return true;
        } catch (ShapeException e) {
            return false;
        }
    }

    private static TensorType codes(TensorType type) {
        return TypeRules.isReal(type) ? new TensorType(DType.S16, type.shape(), CODES) : type;
    }

    private static OpInputs inputs(Graph graph, Node n) {
        boolean weighted = QuantRules.of(n.op()) instanceof QuantRule.Weighted;
        return new OpInputs() {
            @Override
            public int size() {
                return n.inputs().size();
            }

            @Override
            public boolean has(int i) {
                return n.has(i);
            }

            @Override
            public TensorType type(int i) {
                TensorType type = graph.type(n.inputs().get(i));
                if (weighted && i == 1) {
                    return new TensorType(DType.S8, type.shape(), Quant.perTensor(1f, 0));
                }
                return weighted && i == 2 ? TensorType.of(DType.S64, type.shape()) : codes(type);
            }

            @Override
            public Optional<Tensor> constant(int i) {
                return n.has(i) && !TypeRules.isReal(graph.type(n.inputs().get(i)))
                        ? graph.constant(n.inputs().get(i))
                        : Optional.empty();
            }
        };
    }
}

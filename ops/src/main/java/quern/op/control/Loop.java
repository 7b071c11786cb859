package quern.op.control;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.graph.Graph;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Repeats a graph, whose values may change their shapes from one repetition to the next, and
 * collects what each makes. A plan cannot hold it: it runs by itself, between two plans.
 *
 * <p>Inputs: the most repetitions (S64, one element; without it there is no limit), whether to
 * begin (BOOL, one element; true if it is not given), the first values of the variables, and values
 * that stay as they are. The body takes the number of the repetition (S64[], from 0), whether it
 * began (BOOL[]), variables and values; it returns whether to go on, the variables, and what is
 * collected. Outputs: the last variables, and what was collected, stacked along a new first axis.
 *
 * <p>An endless loop ends with {@link java.util.concurrent.CancellationException} when its thread
 * is interrupted. Source: ONNX's Loop.
 *
 * @param body without state
 * @param variables how many of the body's inputs are variables
 */
public record Loop(Graph body, int variables) implements Op {
    /** Inputs before the variables, of the node and of the body. */
    public static final int FIRST = 2;

    public Loop {
        Control.requireNoState(body, "the body of a loop");
        List<TensorType> in = Control.inputs(body);
        List<TensorType> out = Control.outputs(body);
        if (variables < 0 || in.size() < FIRST + variables || out.size() < 1 + variables) {
            throw new ShapeException(
                    "the body of a loop takes "
                            + in.size()
                            + " values and returns "
                            + out.size()
                            + ", which is too few for "
                            + variables
                            + " variables");
        }
        if (!in.get(0).equals(TensorType.of(DType.S64, Shape.of()))) {
            throw new ShapeException("the body of a loop counts in S64[], not " + in.get(0));
        }
        Control.condition(in.get(1));
        Control.condition(out.get(0));
        for (int i = 0; i < variables; i++) {
            Control.general(in.get(FIRST + i), out.get(1 + i), "variable " + i);
        }
    }

    /** Number of values that each repetition makes to be collected. */
    public int collected() {
        return body.outputs().size() - 1 - variables;
    }

    @Override
    public Arity arity() {
        return new Arity(0, Arity.VARIADIC, Arity.VARIADIC);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        if (in.size() != body.inputs().size()) {
            throw new ShapeException(
                    "the body of a loop takes "
                            + body.inputs().size()
                            + " values, not "
                            + in.size());
        }
        if (in.has(0)
                && (in.type(0).dtype() != DType.S64
                        || !in.type(0).shape().isStatic()
                        || in.type(0).shape().elements() != 1)) {
            throw new ShapeException("the most repetitions must be one S64, not " + in.type(0));
        }
        if (in.has(1)) {
            Control.condition(in.type(1));
        }
        List<TensorType> expected = Control.inputs(body);
        for (int i = FIRST; i < in.size(); i++) {
            if (!in.has(i)) {
                throw new ShapeException("value " + (i - FIRST) + " is missing");
            }
            Control.general(expected.get(i), in.type(i), "value " + (i - FIRST));
        }
        List<TensorType> out = Control.outputs(body);
        List<TensorType> all = new ArrayList<>();
        for (int i = 0; i < variables; i++) {
            TensorType last = Control.general(in.type(FIRST + i), out.get(1 + i), "variable " + i);
            all.add(last);
        }
        for (TensorType t : out.subList(1 + variables, out.size())) {
            List<String> words = new ArrayList<>(List.of(Shape.UNKNOWN));
            for (int axis = 0; axis < t.shape().rank(); axis++) {
                boolean open = t.shape().isSymbolic(axis);
                words.add(open ? Shape.UNKNOWN : t.shape().word(axis));
            }
            all.add(t.withShape(Shape.of(words)));
        }
        return all;
    }

    @Override
    public void write(Attributes a) {
        a.put("body", body);
        a.put("variables", variables);
    }

    /** Restores what {@link #write} wrote. */
    public static Loop read(Attributes a) {
        return new Loop(a.graph("body"), a.integer("variables"));
    }

    @Override
    public List<Graph> subgraphs() {
        return List.of(body);
    }

    @Override
    public Loop withSubgraphs(List<Graph> graphs) {
        return new Loop(graphs.get(0), variables);
    }
}

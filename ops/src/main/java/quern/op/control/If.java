package quern.op.control;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.graph.Graph;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.tensor.TensorType;

/**
 * Runs one of two graphs: {@code yes} if the first input, one BOOL, is true, else {@code no}. The
 * graph takes the other inputs and makes the outputs. If the branches return other shapes, a plan
 * cannot hold it: it runs by itself, between two plans.
 *
 * @param yes what runs if the condition holds; without state
 * @param no takes the same types and returns the same but for dimensions; without state
 */
public record If(Graph yes, Graph no) implements Op {
    public If {
        Control.requireNoState(yes, "a branch");
        Control.requireNoState(no, "a branch");
        if (!Control.inputs(yes).equals(Control.inputs(no))
                || yes.outputs().size() != no.outputs().size()) {
            throw new ShapeException(
                    "two branches must take the same types and return as many values, not "
                            + Control.inputs(yes)
                            + " -> "
                            + Control.outputs(yes)
                            + " and "
                            + Control.inputs(no)
                            + " -> "
                            + Control.outputs(no));
        }
        results(yes, no);
        if (yes.outputs().isEmpty()) {
            throw new ShapeException("a branch must return something");
        }
    }

    @Override
    public Arity arity() {
        return new Arity(1, Arity.VARIADIC, Arity.VARIADIC);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        Control.condition(in.type(0));
        Control.fits(Control.inputs(yes), in, 1);
        return results(yes, no);
    }

    private static List<TensorType> results(Graph yes, Graph no) {
        List<TensorType> all = new ArrayList<>();
        for (int i = 0; i < yes.outputs().size(); i++) {
            TensorType a = Control.outputs(yes).get(i);
            all.add(Control.general(a, Control.outputs(no).get(i), "what a branch returns"));
        }
        return all;
    }

    @Override
    public void write(Attributes a) {
        a.put("yes", yes);
        a.put("no", no);
    }

    /** Restores what {@link #write} wrote. */
    public static If read(Attributes a) {
        return new If(a.graph("yes"), a.graph("no"));
    }

    @Override
    public List<Graph> subgraphs() {
        return List.of(yes, no);
    }

    @Override
    public If withSubgraphs(List<Graph> graphs) {
        return new If(graphs.get(0), graphs.get(1));
    }
}

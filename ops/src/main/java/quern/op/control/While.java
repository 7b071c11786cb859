package quern.op.control;

import java.util.List;
import quern.error.ShapeException;
import quern.graph.Graph;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.tensor.TensorType;

/**
 * Repeats a graph: while {@code cond} of the loop variables is true, the variables become {@code
 * body} of them. Inputs are the variables' first values, outputs their last ones. Nothing limits
 * the number of repetitions; a run ends with {@link java.util.concurrent.CancellationException}
 * when its thread is interrupted.
 *
 * @param cond takes the variables, returns one BOOL; without state
 * @param body takes the variables and returns as many of the same types; without state
 */
public record While(Graph cond, Graph body) implements Op {
    public While {
        Control.requireNoState(cond, "the condition of a loop");
        Control.requireNoState(body, "the body of a loop");
        if (cond.outputs().size() != 1) {
            throw new ShapeException("the condition of a loop must return one BOOL");
        }
        Control.condition(cond.type(cond.outputs().get(0)));
        List<TensorType> variables = Control.inputs(body);
        if (variables.isEmpty()) {
            throw new ShapeException("a loop needs a variable");
        }
        if (!variables.equals(Control.inputs(cond))) {
            throw new ShapeException(
                    "the condition of a loop takes "
                            + Control.inputs(cond)
                            + ", but its body "
                            + variables);
        }
        if (!variables.equals(Control.outputs(body))) {
            throw new ShapeException(
                    "the body of a loop takes "
                            + variables
                            + ", but returns "
                            + Control.outputs(body));
        }
    }

    @Override
    public Arity arity() {
        return new Arity(1, Arity.VARIADIC, Arity.VARIADIC);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        List<TensorType> variables = Control.inputs(body);
        Control.fits(variables, in, 0);
        return variables;
    }

    @Override
    public void write(Attributes a) {
        a.put("cond", cond);
        a.put("body", body);
    }

    /** Restores what {@link #write} wrote. */
    public static While read(Attributes a) {
        return new While(a.graph("cond"), a.graph("body"));
    }

    @Override
    public List<Graph> subgraphs() {
        return List.of(cond, body);
    }

    @Override
    public While withSubgraphs(List<Graph> graphs) {
        return new While(graphs.get(0), graphs.get(1));
    }
}

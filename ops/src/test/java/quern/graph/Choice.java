package quern.graph;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.OpSet;
import quern.tensor.DType;
import quern.tensor.TensorType;

/**
 * A conditional for tests of graphs in attributes: a BOOL condition, optional hints, and the inputs
 * of both branches; as many outputs as the branches have.
 */
record Choice(Graph yes, Graph no) implements Op {
    static final OpSet OPS =
            OpSet.standard().with(new OpSet.Row("Choice", Choice.class, Choice::read));

    @Override
    public Arity arity() {
        return new Arity(1, Arity.VARIADIC, Arity.VARIADIC);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        if (in.type(0).dtype() != DType.BOOL) {
            throw new ShapeException("the condition must be BOOL, not " + in.type(0));
        }
        return yes.outputs().stream().map(yes::type).toList();
    }

    @Override
    public void write(Attributes a) {
        a.put("yes", yes);
        a.put("no", no);
    }

    static Choice read(Attributes a) {
        return new Choice(a.graph("yes"), a.graph("no"));
    }

    @Override
    public List<Graph> subgraphs() {
        return List.of(yes, no);
    }
}

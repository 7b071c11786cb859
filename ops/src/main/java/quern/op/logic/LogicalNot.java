package quern.op.logic;

import java.util.List;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.tensor.TensorType;

/** Elementwise: whether a truth value is false. */
public record LogicalNot() implements Op {
    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TruthPair.requireTruth(in.type(0));
        return List.of(in.type(0));
    }

    @Override
    public void write(Attributes a) {}
}

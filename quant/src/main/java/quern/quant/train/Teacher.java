package quern.quant.train;

import java.util.List;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.activation.Softmax;
import quern.rewrite.DeadCode;

/** A float model as a teacher: its logits, without the softmax at the end. */
final class Teacher {
    private Teacher() {}

    static Graph logits(Graph model) {
        String out = model.outputs().get(0);
        Node last = model.producer(out).orElseThrow();
        String logits = last.op() instanceof Softmax ? last.inputs().get(0) : out;
        Graph cut =
                new Graph(
                        model.name(),
                        model.rounding(),
                        model.inputs(),
                        model.states(),
                        model.constants(),
                        model.nodes(),
                        List.of(logits),
                        model.metadata());
        return new DeadCode().apply(cut);
    }
}

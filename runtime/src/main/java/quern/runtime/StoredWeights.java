package quern.runtime;

import java.util.List;
import quern.graph.Node;
import quern.op.quantize.Cast;
import quern.op.quantize.Dequantize;
import quern.reference.ReferenceInterpreter;
import quern.runtime.kernel.Operand;

/**
 * Constants that a model stores in few bits and computes with as real numbers: a Dequantize or Cast
 * of a constant runs once, when the plan is made.
 */
final class StoredWeights {
    private StoredWeights() {}

    /** Whether a node makes real numbers from a constant. */
    static boolean is(Node n, List<Operand> inputs) {
        boolean converts = n.op() instanceof Dequantize || n.op() instanceof Cast;
        return converts && n.output().type().dtype().isFloat() && inputs.get(0).isConstant();
    }

    /** What the node makes, as a constant. */
    static Operand real(Node n, Operand stored) {
        return Operand.constant(ReferenceInterpreter.run(n, name -> stored.constant()).get(0));
    }
}

package quern.rewrite;

import quern.graph.Node;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Op;

/** What nodes of a formula have in common. */
final class Patterns {
    private Patterns() {}

    /** Whether a node is an operator of this kind without an activation after it. */
    static boolean is(Node n, Class<? extends Op> type) {
        return type.isInstance(n.op())
                && !(n.op() instanceof Activated a && a.activation() != Activation.NONE);
    }
}

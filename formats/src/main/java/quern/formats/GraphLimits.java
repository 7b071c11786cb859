package quern.formats;

import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.State;
import quern.graph.Value;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Checks a graph that was read against the limits that do not depend on the format. */
final class GraphLimits {
    private final Limits limits;
    private long nodes;
    private long constantBytes;

    GraphLimits(Limits limits) {
        this.limits = limits;
    }

    /** Throws if the graph or one of its subgraphs is above a limit. */
    void check(Graph g) {
        nodes += g.nodes().size();
        Limits.require(nodes, limits.nodes(), g.name(), "nodes");
        for (Value v : g.inputs()) {
            bytes(v);
        }
        for (State s : g.states()) {
            bytes(s.value());
        }
        for (var constant : g.constants().entrySet()) {
            Tensor t = constant.getValue();
            constantBytes += bytes(new Value(constant.getKey(), t.type()));
            Limits.require(
                    constantBytes, limits.constantBytes(), constant.getKey(), "constant bytes");
        }
        for (Node n : g.nodes()) {
            n.outputs().forEach(this::bytes);
            n.op().subgraphs().forEach(this::check);
        }
    }

    private long bytes(Value v) {
        TensorType type = v.type();
        if (!type.shape().isStatic()) {
            return 0;
        }
        try {
            long bytes = type.dtype().byteSize(type.shape().elements());
            Limits.require(bytes, limits.tensorBytes(), "", "bytes of a tensor");
            return bytes;
        } catch (FormatException e) {
            throw e.within(v.name());
        }
    }
}

package quern.rewrite;

import java.util.ArrayList;
import java.util.List;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.graph.Value;
import quern.op.control.While;

/** Takes variables out of a loop that it passes on as they are and does nothing with. */
public record LoopVariables() implements Rule {
    @Override
    public String name() {
        return "loop-variables";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node n : graph.nodes()) {
            if (n.op() instanceof While loop) {
                shorten(graph, n, loop, patch);
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    private static void shorten(Graph graph, Node n, While loop, Patch patch) {
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < n.outputs().size(); i++) {
            boolean idle = isIdle(loop, i) && !graph.isKept(n.outputs().get(i).name());
            if (!idle) {
                kept.add(i);
            }
        }
        if (kept.isEmpty() || kept.size() == n.outputs().size()) {
            return;
        }
        List<String> inputs = kept.stream().map(n.inputs()::get).toList();
        List<Value> outputs = kept.stream().map(n.outputs()::get).toList();
        Graph body =
                with(loop.body(), kept, kept.stream().map(loop.body().outputs()::get).toList());
        While shorter = new While(with(loop.cond(), kept, loop.cond().outputs()), body);
        patch.replace(n, new Node(shorter, inputs, outputs, n.rounding()));
        for (int i = 0; i < n.outputs().size(); i++) {
            if (!kept.contains(i)) {
                patch.redirect(n.outputs().get(i).name(), n.inputs().get(i));
            }
        }
    }

    private static boolean isIdle(While loop, int i) {
        Graph body = loop.body();
        String inBody = body.inputs().get(i).name();
        String inCond = loop.cond().inputs().get(i).name();
        return body.outputs().get(i).equals(inBody)
                && body.outputs().stream().filter(inBody::equals).count() == 1
                && body.consumers(inBody).isEmpty()
                && loop.cond().consumers(inCond).isEmpty()
                && !loop.cond().outputs().contains(inCond);
    }

    private static Graph with(Graph g, List<Integer> inputs, List<String> outputs) {
        return new Graph(
                g.name(),
                g.rounding(),
                inputs.stream().map(g.inputs()::get).toList(),
                g.states(),
                g.constants(),
                g.nodes(),
                outputs,
                g.metadata());
    }
}

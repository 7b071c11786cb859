package quern.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import quern.graph.Graph;
import quern.op.control.Loop;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Loops and branches, whose graphs see the values around them. */
final class ControlWriters {
    private final NodeWriter o;
    private final WireWriter to = new WireWriter();

    private ControlWriters(NodeWriter o) {
        this.o = o;
    }

    /** Adds the node of an operator that holds graphs; returns its first result. */
    static String write(NodeWriter o) {
        o.keepCodes();
        List<String> given = new ArrayList<>();
        for (int i = 0; i < o.inputs(); i++) {
            given.add(o.has(i) ? o.code(i) : "");
        }
        if (o.name().equals("If")) {
            List<String> seen = given.subList(1, given.size());
            WireWriter yes = new ControlWriters(o).branch(o.attributes().graph("yes"), seen);
            WireWriter no = new ControlWriters(o).branch(o.attributes().graph("no"), seen);
            return o.of("If then_branch else_branch", given.get(0), yes, no);
        }
        Graph body = o.attributes().graph("body");
        if (o.name().equals("Loop")) {
            int end = Loop.FIRST + o.integer("variables");
            List<String> seen = given.subList(end, given.size());
            WireWriter inside = new ControlWriters(o).repeated(body, seen);
            return o.of("Loop body", given.subList(0, end), inside);
        }
        Graph cond = o.attributes().graph("cond");
        String start = o.nested(cond, o.nodes(), given).get(0);
        WireWriter inside = new ControlWriters(o).checked(body, cond);
        return o.of("Loop body", "", o.of("Reshape", start, o.longs()), given, inside);
    }

    private WireWriter branch(Graph g, List<String> seen) {
        return outputs(o.nested(g, to, seen), g);
    }

    /** A body whose last inputs are values around it. */
    private WireWriter repeated(Graph body, List<String> seen) {
        List<String> inputs = new ArrayList<>();
        int own = body.inputs().size() - seen.size();
        for (int i = 0; i < own; i++) {
            inputs.add(input(body.inputs().get(i).name(), body.inputs().get(i).type()));
        }
        inputs.addAll(seen);
        return outputs(o.nested(body, to, inputs), body);
    }

    /** A body after which a condition is computed again. */
    private WireWriter checked(Graph body, Graph cond) {
        input("step", TensorType.of(DType.S64, Shape.of()));
        input("goes_on", TensorType.of(DType.BOOL, Shape.of()));
        List<String> variables = new ArrayList<>();
        for (int i = 0; i < body.inputs().size(); i++) {
            variables.add(input(body.inputs().get(i).name(), body.inputs().get(i).type()));
        }
        List<String> next = o.nested(body, to, variables);
        String again = o.nested(cond, to, next).get(0);
        output("Reshape", again, o.longs(), TensorType.of(DType.BOOL, Shape.of()));
        return outputs(next, body);
    }

    private String input(String wanted, TensorType type) {
        String name = o.fresh(wanted);
        to.message(11, OnnxWriter.value(name, type));
        return name;
    }

    private WireWriter outputs(List<String> values, Graph g) {
        for (int i = 0; i < values.size(); i++) {
            output("Identity", values.get(i), "", g.type(g.outputs().get(i)));
        }
        return to.text(2, "inside");
    }

    private void output(String form, String value, String shape, TensorType type) {
        String name = o.fresh(value);
        WrittenNode.put(to, name, form, value, shape);
        to.message(12, OnnxWriter.value(name, type));
    }
}

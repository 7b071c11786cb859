package quern.formats.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import quern.graph.Graph;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Loops and branches; graphs inside see the values around them. */
final class ControlWriters {
    private ControlWriters() {}

    static List<String> write(NodeWriter o) {
        o.keepCodes();
        List<String> given = new ArrayList<>();
        for (int i = 0; i < o.inputs(); i++) {
            given.add(o.code(i));
        }
        return o.name().equals("If") ? branch(o, given) : loop(o, given);
    }

    private static List<String> branch(NodeWriter o, List<String> given) {
        Graph yes = o.attributes().graph("yes");
        Graph no = o.attributes().graph("no");
        List<String> inputs = given.subList(1, given.size());
        return o.add(
                yes.outputs().size(),
                "If",
                given.subList(0, 1),
                "then_branch",
                inside(o, yes, inputs),
                "else_branch",
                inside(o, no, inputs));
    }

    private static WireWriter inside(NodeWriter o, Graph g, List<String> inputs) {
        WireWriter body = new WireWriter();
        List<String> outputs = run(o, g, body, inputs);
        body.text(2, "branch");
        for (int i = 0; i < outputs.size(); i++) {
            output(o, body, outputs.get(i), g.type(g.outputs().get(i)));
        }
        return body;
    }

    private static List<String> loop(NodeWriter o, List<String> given) {
        Graph cond = o.attributes().graph("cond");
        Graph body = o.attributes().graph("body");
        String first = run(o, cond, o.graph().nodes(), given).get(0);
        WireWriter inside = new WireWriter();
        List<String> variables = new ArrayList<>();
        body.inputs().forEach(v -> variables.add(o.graph().model().fresh(v.name())));
        List<String> next = run(o, body, inside, variables);
        String again = run(o, cond, inside, next).get(0);
        inside.text(2, "body");
        TensorType truth = TensorType.of(DType.BOOL, Shape.of());
        input(inside, o.graph().model().fresh("step"), TensorType.of(DType.S64, Shape.of()));
        input(inside, o.graph().model().fresh("goes_on"), truth);
        for (int i = 0; i < variables.size(); i++) {
            input(inside, variables.get(i), body.inputs().get(i).type());
        }
        String scalar = o.graph().model().fresh(again);
        GraphWriter.put(inside, "Reshape", List.of(again, o.longs()), List.of(scalar), List.of());
        output(o, inside, scalar, truth);
        for (int i = 0; i < next.size(); i++) {
            output(o, inside, next.get(i), body.inputs().get(i).type());
        }
        List<String> inputs = new ArrayList<>(List.of("", o.of("Reshape", first, o.longs())));
        inputs.addAll(given);
        return o.add(variables.size(), "Loop", inputs, "body", inside);
    }

    /** Writes the nodes of a graph that reads these values; returns its outputs. */
    private static List<String> run(NodeWriter o, Graph g, WireWriter to, List<String> inputs) {
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            names.put(g.inputs().get(i).name(), inputs.get(i));
        }
        return new GraphWriter(o.graph().model(), Nchw.layout(g), to, names).write();
    }

    private static void input(WireWriter graph, String name, TensorType type) {
        graph.message(11, OnnxWriter.value(name, type));
    }

    private static void output(NodeWriter o, WireWriter graph, String value, TensorType type) {
        String name = o.graph().model().fresh(value);
        GraphWriter.put(graph, "Identity", List.of(value), List.of(name), List.of());
        graph.message(12, OnnxWriter.value(name, type));
    }
}

package quern.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import quern.error.FormatException;
import quern.formats.Limits;

/**
 * A graph, as it stands in the file.
 *
 * @param path the place in the file
 * @param name may be empty
 * @param nodes in topological order
 * @param initializers constants, and default values of inputs
 * @param inputs the initializers among them included, in old files
 * @param outputs what the graph returns
 */
record ProtoGraph(
        String path,
        String name,
        List<ProtoNode> nodes,
        List<ProtoTensor> initializers,
        List<ProtoValue> inputs,
        List<ProtoValue> outputs) {
    /** How deep graphs may stand within graphs. */
    private static final int MOST_DEPTH = 16;

    static ProtoGraph read(Wire w, int depth) {
        if (depth > MOST_DEPTH) {
            throw new FormatException(
                    w.path(), "graphs stand within graphs deeper than " + MOST_DEPTH);
        }
        String name = "";
        List<ProtoNode> nodes = new ArrayList<>();
        List<ProtoTensor> initializers = new ArrayList<>();
        List<ProtoValue> inputs = new ArrayList<>();
        List<ProtoValue> outputs = new ArrayList<>();
        while (w.next()) {
            Limits.require(
                    Math.max(nodes.size(), initializers.size()),
                    w.limits().nodes(),
                    w.path(),
                    "nodes or constants");
            switch (w.field()) {
                case 1 -> nodes.add(ProtoNode.read(w.message("node[" + nodes.size() + "]"), depth));
                case 2 -> name = w.lenientText();
                case 5 -> {
                    String part = "initializer[" + initializers.size() + "]";
                    initializers.add(ProtoTensor.read(w.message(part)));
                }
                case 11 -> inputs.add(ProtoValue.read(w.message("input[" + inputs.size() + "]")));
                case 12 ->
                        outputs.add(ProtoValue.read(w.message("output[" + outputs.size() + "]")));
                case 15 ->
                        throw new FormatException(
                                w.path("sparse_initializer"), "sparse initializers are not read");
                default -> {}
            }
        }
        return new ProtoGraph(
                w.path(),
                name,
                List.copyOf(nodes),
                List.copyOf(initializers),
                List.copyOf(inputs),
                List.copyOf(outputs));
    }
}

package quern.formats.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import quern.formats.Limits;

/**
 * A function of a model, as it stands in the file.
 *
 * @param path the place in the file
 * @param domain the domain of the operator that it defines
 * @param name the operator's name
 * @param inputs names of its parameters
 * @param outputs names of what it returns
 * @param nodes in topological order
 * @param opsets version of each domain's operators
 * @param defaults attributes that a call need not give
 */
record ProtoFunction(
        String path,
        String domain,
        String name,
        List<String> inputs,
        List<String> outputs,
        List<ProtoNode> nodes,
        Map<String, Integer> opsets,
        List<ProtoAttribute> defaults) {
    static ProtoFunction read(Wire w) {
        String domain = "";
        String name = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        List<ProtoNode> nodes = new ArrayList<>();
        Map<String, Integer> opsets = new HashMap<>();
        List<ProtoAttribute> defaults = new ArrayList<>();
        while (w.next()) {
            Limits.require(nodes.size(), w.limits().nodes(), w.path(), "nodes");
            switch (w.field()) {
                case 1 -> name = w.text();
                case 4 -> inputs.add(w.text());
                case 5 -> outputs.add(w.text());
                case 7 -> nodes.add(ProtoNode.read(w.message("node[" + nodes.size() + "]"), 0));
                case 9 -> ProtoModel.opset(w.message("opset_import"), opsets);
                case 10 -> domain = w.text();
                case 11 -> {
                    String part = "attribute_proto[" + defaults.size() + "]";
                    defaults.add(ProtoAttribute.read(w.message(part), 0));
                }
                default -> {}
            }
        }
        return new ProtoFunction(
                w.path(),
                domain.equals("ai.onnx") ? "" : domain,
                name,
                List.copyOf(inputs),
                List.copyOf(outputs),
                List.copyOf(nodes),
                opsets,
                List.copyOf(defaults));
    }
}

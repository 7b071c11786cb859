package quern.formats.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.error.FormatException;

/**
 * A node, as it stands in the file.
 *
 * @param path the place in the file
 * @param name may be empty
 * @param op the operator's name
 * @param domain the operator's domain; empty for ONNX's own
 * @param inputs names of values; an empty one is an input that is not given
 * @param outputs names of values; an empty one is an output that nobody reads
 * @param attributes by name
 */
record ProtoNode(
        String path,
        String name,
        String op,
        String domain,
        List<String> inputs,
        List<String> outputs,
        Map<String, ProtoAttribute> attributes) {
    static ProtoNode read(Wire w, int depth) {
        String name = "";
        String op = "";
        String domain = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, ProtoAttribute> attributes = new LinkedHashMap<>();
        while (w.next()) {
            switch (w.field()) {
                case 1 -> inputs.add(w.text());
                case 2 -> outputs.add(w.text());
                case 3 -> name = w.text();
                case 4 -> op = w.text();
                case 5 -> {
                    String part = "attribute[" + attributes.size() + "]";
                    ProtoAttribute a = ProtoAttribute.read(w.message(part), depth);
                    if (attributes.put(a.name(), a) != null) {
                        throw new FormatException(
                                a.path(), "attribute " + a.name() + " is given twice");
                    }
                }
                case 7 -> domain = w.text();
                default -> {}
            }
        }
        return new ProtoNode(
                w.path(),
                name,
                op,
                domain.equals("ai.onnx") ? "" : domain,
                List.copyOf(inputs),
                List.copyOf(outputs),
                attributes);
    }

    /** The place, the operator and the name for messages. */
    String title() {
        return path + " (" + op + (name.isEmpty() ? "" : " " + name) + ")";
    }
}

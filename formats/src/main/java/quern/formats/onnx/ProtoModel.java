package quern.formats.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;
import quern.formats.Limits;

/**
 * A model, as it stands in the file.
 *
 * @param opsets version of each domain's operators; ONNX's own domain is the empty one
 * @param metadata free text by key
 * @param graph what the model computes
 * @param functions operators that the model defines itself, by domain, colon and name
 */
record ProtoModel(
        Map<String, Integer> opsets,
        Map<String, String> metadata,
        ProtoGraph graph,
        Map<String, ProtoFunction> functions) {
    static ProtoModel read(Wire w) {
        Map<String, Integer> opsets = new HashMap<>();
        Map<String, String> metadata = new HashMap<>();
        Optional<ProtoGraph> graph = Optional.empty();
        Map<String, ProtoFunction> functions = new HashMap<>();
        while (w.next()) {
            switch (w.field()) {
                case 7 -> graph = Optional.of(ProtoGraph.read(w.message("graph"), 0));
                case 8 -> opset(w.message("opset_import"), opsets);
                case 14 -> entry(w.message("metadata_props"), metadata);
                case 25 -> {
                    Limits.require(functions.size(), w.limits().nodes(), w.path(), "functions");
                    String part = "functions[" + functions.size() + "]";
                    ProtoFunction f = ProtoFunction.read(w.message(part));
                    if (functions.put(f.domain() + ":" + f.name(), f) != null) {
                        throw new FormatException(
                                f.path(), "function " + f.name() + " is defined twice");
                    }
                }
                default -> {}
            }
        }
        if (graph.isEmpty()) {
            throw new FormatException("graph", "the file holds no graph; is it an ONNX model?");
        }
        return new ProtoModel(opsets, metadata, graph.get(), functions);
    }

    /** The function that defines an operator. */
    Optional<ProtoFunction> function(String domain, String op) {
        return Optional.ofNullable(functions.get(domain + ":" + op));
    }

    static void opset(Wire w, Map<String, Integer> to) {
        String domain = "";
        long version = 0;
        while (w.next()) {
            switch (w.field()) {
                case 1 -> domain = w.text();
                case 2 -> version = w.integer();
                default -> {}
            }
        }
        if (version < 1 || version > Integer.MAX_VALUE) {
            throw new FormatException(w.path(), "operator set " + version + " does not exist");
        }
        to.put(domain.equals("ai.onnx") ? "" : domain, (int) version);
    }

    private static void entry(Wire w, Map<String, String> to) {
        String key = "";
        String value = "";
        while (w.next()) {
            switch (w.field()) {
                case 1 -> key = w.lenientText();
                case 2 -> value = w.lenientText();
                default -> {}
            }
        }
        to.put(key, value);
    }
}

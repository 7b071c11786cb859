package quern.formats.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;

/**
 * A model, as it stands in the file.
 *
 * @param opsets version of each domain's operators; ONNX's own domain is the empty one
 * @param metadata free text by key
 * @param graph what the model computes
 */
record ProtoModel(Map<String, Integer> opsets, Map<String, String> metadata, ProtoGraph graph) {
    static ProtoModel read(Wire w) {
        Map<String, Integer> opsets = new HashMap<>();
        Map<String, String> metadata = new HashMap<>();
        Optional<ProtoGraph> graph = Optional.empty();
        while (w.next()) {
            switch (w.field()) {
                case 7 -> graph = Optional.of(ProtoGraph.read(w.message("graph"), 0));
                case 8 -> opset(w.message("opset_import"), opsets);
                case 14 -> entry(w.message("metadata_props"), metadata);
                case 25 ->
                        throw new FormatException(
                                "functions", "models with functions of their own are not read yet");
                default -> {}
            }
        }
        if (graph.isEmpty()) {
            throw new FormatException("graph", "the file holds no graph; is it an ONNX model?");
        }
        return new ProtoModel(opsets, metadata, graph.get());
    }

    private static void opset(Wire w, Map<String, Integer> to) {
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

package quern.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import quern.graph.Value;
import quern.tensor.Quant;

/** JSON that commands print for tools. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static void values(ArrayNode list, List<Value> values) {
        for (Value v : values) {
            ObjectNode node = list.addObject();
            node.put("name", v.name());
            node.put("dtype", v.type().dtype().numpyName());
            ArrayNode shape = node.putArray("shape");
            for (int i = 0; i < v.type().shape().rank(); i++) {
                if (v.type().shape().isSymbolic(i)) {
                    shape.add(v.type().shape().word(i));
                } else {
                    shape.add(v.type().shape().dim(i));
                }
            }
            if (v.type().quant() instanceof Quant.PerTensor p) {
                node.put("scale", p.scale());
                node.put("zeroPoint", p.zeroPoint());
            }
        }
    }

    static void counts(ObjectNode node, Map<String, Long> counts) {
        counts.forEach(node::put);
    }
}

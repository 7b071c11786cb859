package quern.formats.tflite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.op.control.If;
import quern.op.control.While;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Reads operators that use other subgraphs. */
final class ControlReaders {
    private static final int FIRST = 0;
    private static final int SECOND = 1;
    private static final int COMPOSITE_SUBGRAPH = 1;

    private ControlReaders() {}

    static void loop(TfliteOperator o) {
        TfliteSubgraphs graphs = o.values().subgraphs();
        int cond = o.options().table().s32(FIRST, 0);
        int body = o.options().table().s32(SECOND, 0);
        List<TensorType> types = types(o, 0);
        Map<Integer, Tensor> known = new HashMap<>();
        for (int i = 0; i < types.size(); i++) {
            if (graphs.keeps(body, i)) {
                int input = i;
                o.constant(i).ifPresent(t -> known.put(input, t));
            }
        }
        Graph condition = graphs.part(cond, types, known);
        Graph repeated = graphs.part(body, types, known);
        if (condition.outputs().size() != 1) {
            throw new FormatException(
                    "condition", "one BOOL was expected, not " + condition.outputs().size());
        }
        o.emitInferred(new While(condition, repeated), names(o, 0));
    }

    static void branch(TfliteOperator o) {
        TfliteSubgraphs graphs = o.values().subgraphs();
        o.index(0);
        if (o.type(0).dtype() != DType.BOOL) {
            throw new FormatException("condition", "one BOOL was expected, not " + o.type(0));
        }
        List<TensorType> types = types(o, 1);
        Graph yes = graphs.part(o.options().table().s32(FIRST, 0), types, Map.of());
        Graph no = graphs.part(o.options().table().s32(SECOND, 0), types, Map.of());
        o.emitInferred(new If(yes, no), names(o, 0));
    }

    /** The operator's decomposition takes its place. */
    static void composite(TfliteOperator o) {
        int index = o.options().second().s32(COMPOSITE_SUBGRAPH, 0);
        List<String> from = List.of(names(o, 0));
        o.inline(o.values().subgraphs().part(index, types(o, 0), Map.of()), from);
    }

    private static List<TensorType> types(TfliteOperator o, int first) {
        List<TensorType> types = new ArrayList<>();
        for (int i = first; i < o.inputs(); i++) {
            types.add(o.type(i));
        }
        return types;
    }

    private static String[] names(TfliteOperator o, int first) {
        String[] names = new String[o.inputs() - first];
        for (int i = 0; i < names.length; i++) {
            o.index(first + i);
            names[i] = o.input(first + i);
        }
        return names;
    }
}

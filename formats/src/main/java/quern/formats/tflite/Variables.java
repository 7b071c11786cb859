package quern.formats.tflite;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quern.error.FormatException;
import quern.graph.GraphBuilder;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Variables of a model, which live from run to run: states of the graph. A variable is read as the
 * run found it until it is assigned, in the order of the file; what it holds at the end of the run
 * is its next value. Its first value is what a subgraph that is called once assigns, or real zero.
 */
final class Variables {
    private static final int VAR_HANDLE = 142;
    private static final int ASSIGN_VARIABLE = 144;
    private static final int CONTAINER = 0;
    private static final int SHARED_NAME = 1;

    private enum Place {
        MODEL,
        START,
        PART
    }

    private final Place place;
    private final Map<String, Tensor> first;
    private final Map<Integer, String> keys = new HashMap<>();
    private final Set<String> assigned = new HashSet<>();
    private final Map<String, String> states = new LinkedHashMap<>();
    private final Map<String, String> now = new HashMap<>();

    private Variables(Place place, Map<String, Tensor> first) {
        this.place = place;
        this.first = first;
    }

    /** The variables of a model. */
    Variables() {
        this(Place.MODEL, new HashMap<>());
    }

    /** No variables, as in a loop's body. */
    static Variables forbidden() {
        return new Variables(Place.PART, Map.of());
    }

    /** Sees which variables a subgraph has and which of them it assigns. */
    void begin(List<FlatTable> operators, OperatorCodes codes) {
        for (FlatTable o : operators) {
            int code = codes.builtin(o);
            int[] inputs = o.ints(Schema.OPERATOR_INPUTS);
            int[] outputs = o.ints(Schema.OPERATOR_OUTPUTS);
            if (code == VAR_HANDLE && outputs.length == 1) {
                keys.put(outputs[0], key(o));
            } else if (code == ASSIGN_VARIABLE && inputs.length > 0) {
                assigned.add(keys.getOrDefault(inputs[0], ""));
            }
        }
    }

    private static String key(FlatTable operator) {
        return operator.table(Schema.OPERATOR_OPTIONS, ".builtin_options")
                .map(t -> t.string(CONTAINER) + "\n" + t.string(SHARED_NAME))
                .orElse("\n");
    }

    /** A handle is no value; what it stands for was seen before. */
    static void handle(TfliteOperator o) {
        if (o.values().variables().place == Place.PART) {
            throw o.unsupported("variables inside of loops and branches are not supported");
        }
    }

    /** The value of a variable is there already: no node is added. */
    static void read(TfliteOperator o) {
        o.requireInputs(1, 1);
        Variables all = o.values().variables();
        String key = all.key(o);
        if (!all.now.containsKey(key)) {
            all.now.put(key, all.found(o, key));
        }
        String value = all.now.get(key);
        TensorType type = o.graph().type(value);
        if (o.outputType().dtype() != type.dtype()) {
            throw new FormatException(
                    "outputs", "the variable is " + type + ", not " + o.outputType());
        }
        o.values().made(o.output(0), value);
    }

    /** What the variable holds from here on. */
    static void assign(TfliteOperator o) {
        o.requireInputs(2, 2);
        Variables all = o.values().variables();
        String key = all.key(o);
        if (all.place == Place.START) {
            Tensor value =
                    o.constant(1)
                            .orElseThrow(
                                    () ->
                                            o.unsupported(
                                                    "a first value that is not a constant is not supported"));
            all.first.put(key, value);
        }
        all.now.put(key, o.input(1));
    }

    /** A subgraph that gives variables their first values. */
    static void callOnce(TfliteOperator o) {
        Variables all = o.values().variables();
        if (all.place != Place.MODEL || !all.now.isEmpty()) {
            throw o.unsupported("first values of variables must be set before anything else");
        }
        int index = o.options().table().s32(0, 0);
        o.values().subgraphs().start(index, new Variables(Place.START, all.first));
    }

    /** The states continue with what the variables hold. */
    void end(GraphBuilder graph) {
        states.forEach((key, state) -> graph.next(state, now.get(key)));
    }

    private String key(TfliteOperator o) {
        handle(o);
        return Optional.ofNullable(keys.get(o.index(0)))
                .orElseThrow(
                        () ->
                                new FormatException(
                                        "inputs", "input 0 is no variable of this subgraph"));
    }

    /** The name of the value that a run finds in a variable. */
    private String found(TfliteOperator o, String key) {
        Optional<Tensor> start = Optional.ofNullable(first.get(key));
        TensorType declared = o.outputType();
        if (start.isEmpty() && (place == Place.START || !o.hasShape(0))) {
            throw o.unsupported("the variable has no first value");
        }
        Optional<Tensor> value =
                start.map(t -> t.as(retyped(declared.withShape(t.shape()), t.type())));
        String shared = key.substring(key.indexOf('\n') + 1);
        String name = o.fresh(shared.isEmpty() ? "variable" : shared);
        if (value.isPresent() && !assigned.contains(key)) {
            return o.graph().constant(name, value.get());
        }
        String initial =
                value.map(t -> o.graph().constant(o.fresh(name + "_initial"), t)).orElse("");
        TensorType type = value.map(Tensor::type).orElse(declared);
        states.put(key, name);
        return o.graph().state(name, type, initial, name);
    }

    private static TensorType retyped(TensorType declared, TensorType start) {
        if (declared.dtype() != start.dtype()) {
            throw new FormatException("outputs", "the variable is " + start + ", not " + declared);
        }
        return declared;
    }
}

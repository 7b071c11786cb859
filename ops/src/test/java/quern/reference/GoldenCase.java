package quern.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.json.Json;

/**
 * One operator case of the golden vectors.
 *
 * @param params operator options
 * @param expected flat output of the double-rounding build
 * @param expectedSingle flat output of the single-rounding build
 */
record GoldenCase(
        String op,
        String id,
        Json params,
        List<GoldenTensor> inputs,
        GoldenTensor output,
        Map<String, Json> derived,
        Map<String, Json> derivedSingle,
        Optional<List<Json>> expected,
        Optional<List<Json>> expectedSingle) {
    static GoldenCase parse(String where, Json json) {
        GoldenFields f = new GoldenFields(where, json);
        f.optional("note").ifPresent(Json::text);
        List<GoldenTensor> inputs = new ArrayList<>();
        for (Json input : f.field("inputs").array()) {
            inputs.add(GoldenTensor.parse(where, input, true));
        }
        Map<String, Json> derived = f.optional("derived").map(Json::object).orElse(Map.of());
        GoldenCase c =
                new GoldenCase(
                        f.text("op"),
                        f.text("id"),
                        f.field("params"),
                        List.copyOf(inputs),
                        GoldenTensor.parse(where, f.field("output"), false),
                        derived,
                        f.optional("derived_single_rounding").map(Json::object).orElse(derived),
                        f.optional("expected").map(Json::array),
                        f.optional("expected_single_rounding").map(Json::array));
        f.requireAllRead();
        if (c.expected.isEmpty() && c.expectedSingle.isEmpty()) {
            throw new AssertionError(where + " expects nothing");
        }
        return c;
    }

    GoldenTensor input(int i) {
        if (i >= inputs.size()) {
            throw new AssertionError(id + " has no input " + i);
        }
        return inputs.get(i);
    }

    /** The input with this name if it is there. */
    Optional<GoldenTensor> input(String name) {
        return inputs.stream().filter(t -> t.name().equals(name)).findFirst();
    }

    /** Fails unless the inputs are these, in this order; names that end in ? may be left out. */
    void requireInputs(String... names) {
        List<String> left = new ArrayList<>(inputs.stream().map(GoldenTensor::name).toList());
        for (String name : names) {
            boolean optional = name.endsWith("?");
            String plain = optional ? name.substring(0, name.length() - 1) : name;
            if (!left.isEmpty() && left.get(0).equals(plain)) {
                left.remove(0);
            } else if (!optional) {
                throw new AssertionError(id + " has no input " + plain);
            }
        }
        if (!left.isEmpty()) {
            throw new AssertionError(id + " has unknown inputs " + left);
        }
    }
}

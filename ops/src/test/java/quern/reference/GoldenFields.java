package quern.reference;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quern.json.Json;

/** The fields of a JSON object that must all be known: whoever reads them asks for each. */
final class GoldenFields {
    private final String where;
    private final Map<String, Json> fields;
    private final Set<String> read = new HashSet<>();

    GoldenFields(String where, Json object) {
        this.where = where;
        this.fields = object.object();
    }

    Optional<Json> optional(String name) {
        read.add(name);
        return Optional.ofNullable(fields.get(name));
    }

    Json field(String name) {
        return optional(name)
                .orElseThrow(() -> new AssertionError(where + " has no field " + name));
    }

    int integer(String name) {
        return field(name).integer();
    }

    String text(String name) {
        return field(name).text();
    }

    int[] integers(String name) {
        return field(name).array().stream().mapToInt(Json::integer).toArray();
    }

    float[] reals(String name) {
        List<Json> items = field(name).array();
        float[] values = new float[items.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = items.get(i).real32();
        }
        return values;
    }

    /** Fails if some field was never asked for. */
    void requireAllRead() {
        List<String> unknown = new ArrayList<>(fields.keySet());
        unknown.removeAll(read);
        if (!unknown.isEmpty()) {
            throw new AssertionError(where + " has unknown fields " + unknown);
        }
    }
}

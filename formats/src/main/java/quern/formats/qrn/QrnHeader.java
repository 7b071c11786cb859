package quern.formats.qrn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.error.FormatException;

/**
 * The JSON header of a safetensors file.
 *
 * @param metadata text by key
 * @param entries tensors by name, in the order of the header
 */
record QrnHeader(Map<String, String> metadata, Map<String, Entry> entries) {
    static final String METADATA = "__metadata__";

    private static final int MAX_RANK = 16;

    /** Where a tensor stands: bytes from {@code begin} to {@code end}, counted from the data. */
    record Entry(String dtype, List<Long> shape, long begin, long end) {}

    static QrnHeader parse(String text) {
        QrnHeader header = new QrnHeader(new LinkedHashMap<>(), new LinkedHashMap<>());
        if (!text.startsWith("{")) {
            throw new FormatException("offset 8", "the header must begin with \"{\"");
        }
        JsonReader in = new JsonReader(text);
        in.object(
                name -> {
                    if (name.equals(METADATA)) {
                        in.object(key -> header.metadata.put(key, in.string()));
                    } else {
                        header.entries.put(name, entry(in));
                    }
                });
        in.end();
        return header;
    }

    private static Entry entry(JsonReader in) {
        List<String> dtype = new ArrayList<>();
        List<Long> shape = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        in.object(
                key -> {
                    seen.add(key);
                    switch (key) {
                        case "dtype" -> dtype.add(in.string());
                        case "shape" -> numbers(in, shape, MAX_RANK);
                        case "data_offsets" -> numbers(in, offsets, 2);
                        default -> throw in.error("a tensor has no \"" + key + "\"");
                    }
                });
        if (seen.size() != 3 || offsets.size() != 2) {
            throw in.error("a tensor must have dtype, shape and two data_offsets");
        }
        return new Entry(dtype.get(0), shape, offsets.get(0), offsets.get(1));
    }

    private static void numbers(JsonReader in, List<Long> into, int most) {
        in.array(
                () -> {
                    if (into.size() == most) {
                        throw in.error("a list has more than " + most + " numbers");
                    }
                    into.add(in.whole());
                });
    }
}

package quern.op;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;

/**
 * Named attribute values of one operator, in writing order: the form between an operator's record
 * and its text.
 *
 * <p>Readers ask for what they know; {@link #requireAllRead} then refuses what nobody asked for.
 * Not synchronized.
 */
public final class Attributes {
    /** One value as it stands in the text. */
    public sealed interface Value {}

    /** A whole number. */
    public record Whole(long value) implements Value {}

    /** A binary32 number. */
    public record Real(float value) implements Value {}

    /** A word such as {@code same}, {@code true} or {@code relu}. */
    public record Word(String value) implements Value {}

    /** A list of whole numbers. */
    public record IntList(Ints value) implements Value {}

    /** A list of binary32 numbers. */
    public record FloatList(Floats value) implements Value {}

    /** A graph. */
    public record Subgraph(Graph value) implements Value {}

    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Set<String> read = new HashSet<>();

    /** No attributes yet. */
    public Attributes() {}

    /** All values in writing order. */
    public Map<String, Value> values() {
        return Collections.unmodifiableMap(values);
    }

    /** Adds a value; a key may be given once. */
    public void put(String key, Value value) {
        if (values.put(key, value) != null) {
            throw new FormatException("", "attribute " + key + " is given twice");
        }
    }

    public void put(String key, long value) {
        put(key, new Whole(value));
    }

    public void put(String key, float value) {
        put(key, new Real(value));
    }

    public void put(String key, boolean value) {
        put(key, new Word(Boolean.toString(value)));
    }

    public void put(String key, String word) {
        put(key, new Word(word));
    }

    public void put(String key, Ints value) {
        put(key, new IntList(value));
    }

    public void put(String key, Floats value) {
        put(key, new FloatList(value));
    }

    public void put(String key, Graph value) {
        put(key, new Subgraph(value));
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** Whether {@code key} holds a word. */
    public boolean isWord(String key) {
        return values.get(key) instanceof Word;
    }

    /** A whole number that fits an int. */
    public int integer(String key) {
        if (value(key) instanceof Whole w && w.value() == (int) w.value()) {
            return (int) w.value();
        }
        throw wrong(key, "a whole number of 32 bits");
    }

    public int integer(String key, int otherwise) {
        return has(key) ? integer(key) : otherwise;
    }

    /** A binary32 number; a whole number is taken as the nearest one. */
    public float real(String key) {
        Value v = value(key);
        if (v instanceof Real r) {
            return r.value();
        }
        if (v instanceof Whole w) {
            return w.value();
        }
        throw wrong(key, "a number");
    }

    public float real(String key, float otherwise) {
        return has(key) ? real(key) : otherwise;
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        String w = word(key);
        if (!w.equals("true") && !w.equals("false")) {
            throw wrong(key, "true or false");
        }
        return w.equals("true");
    }

    public String word(String key) {
        if (value(key) instanceof Word w) {
            return w.value();
        }
        throw wrong(key, "a word");
    }

    public String word(String key, String otherwise) {
        return has(key) ? word(key) : otherwise;
    }

    /** An element type by its name. */
    public DType dtype(String key) {
        String word = word(key);
        return Stream.of(DType.values())
                .filter(t -> t.name().equals(word))
                .findFirst()
                .orElseThrow(() -> wrong(key, "an element type"));
    }

    public DType dtype(String key, DType otherwise) {
        return has(key) ? dtype(key) : otherwise;
    }

    public Ints ints(String key) {
        if (value(key) instanceof IntList l) {
            return l.value();
        }
        throw wrong(key, "a list of whole numbers");
    }

    /** A list of exactly {@code size} whole numbers. */
    public Ints ints(String key, int size) {
        Ints list = ints(key);
        if (list.size() != size) {
            throw wrong(key, "a list of " + size + " whole numbers");
        }
        return list;
    }

    public Ints ints(String key, Ints otherwise) {
        return has(key) ? ints(key, otherwise.size()) : otherwise;
    }

    public Floats floats(String key) {
        Value v = value(key);
        if (v instanceof FloatList l) {
            return l.value();
        }
        if (v instanceof IntList l) {
            float[] f = new float[l.value().size()];
            for (int i = 0; i < f.length; i++) {
                f[i] = l.value().at(i);
            }
            return Floats.of(f);
        }
        throw wrong(key, "a list of numbers");
    }

    public Graph graph(String key) {
        if (value(key) instanceof Subgraph g) {
            return g.value();
        }
        throw wrong(key, "a graph");
    }

    /** Throws if some value was never asked for. */
    public void requireAllRead(String op) {
        for (String key : values.keySet()) {
            if (!read.contains(key)) {
                throw new FormatException("", op + " has no attribute " + key);
            }
        }
    }

    private Value value(String key) {
        Value v = values.get(key);
        if (v == null) {
            throw new FormatException("", "attribute " + key + " is missing");
        }
        read.add(key);
        return v;
    }

    private static FormatException wrong(String key, String expected) {
        return new FormatException("", "attribute " + key + " must be " + expected);
    }
}

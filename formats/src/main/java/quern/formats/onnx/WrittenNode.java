package quern.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import quern.tensor.Ints;

/**
 * A node of the file that is written.
 *
 * @param inputs names of values; an empty one is an input that is not given
 * @param outputs names of values
 * @param rest its operator and attributes
 */
record WrittenNode(List<String> inputs, List<String> outputs, WireWriter rest) {
    /**
     * A node without outputs yet.
     *
     * @param form the operator's name and the names of its attributes, divided by spaces
     * @param arguments the inputs, each a name or a list of names, then the value of each
     *     attribute: a number, a text, {@link Ints}, or a graph
     */
    static WrittenNode of(String form, Object... arguments) {
        String[] words = form.split(" ");
        List<String> inputs = new ArrayList<>();
        WireWriter rest = new WireWriter().text(4, words[0]);
        int first = arguments.length - words.length + 1;
        for (int i = 0; i < arguments.length; i++) {
            if (i >= first) {
                rest.message(5, attribute(words[i - first + 1], arguments[i]));
            } else if (arguments[i] instanceof List<?> l) {
                l.forEach(x -> inputs.add((String) x));
            } else {
                inputs.add((String) arguments[i]);
            }
        }
        while (inputs.size() > 1 && inputs.get(inputs.size() - 1).isEmpty()) {
            inputs.remove(inputs.size() - 1);
        }
        return new WrittenNode(inputs, new ArrayList<>(), rest);
    }

    private static WireWriter attribute(String name, Object value) {
        WireWriter a = new WireWriter().text(1, name);
        if (value instanceof Float f) {
            return a.real(2, f).integer(20, 1);
        } else if (value instanceof Integer n) {
            return a.integer(3, n).integer(20, 2);
        } else if (value instanceof String s) {
            return a.text(4, s).integer(20, 3);
        } else if (value instanceof WireWriter g) {
            return a.message(6, g).integer(20, 5);
        }
        Ints all = (Ints) value;
        for (int i = 0; i < all.size(); i++) {
            a.integer(8, all.at(i));
        }
        return a.integer(20, 7);
    }

    /** Writes the node; some values have other names by now. */
    void put(WireWriter to, Map<String, String> renamed) {
        WireWriter n = new WireWriter();
        inputs.forEach(i -> n.text(1, renamed.getOrDefault(i, i)));
        outputs.forEach(o -> n.text(2, renamed.getOrDefault(o, o)));
        String first = outputs.get(0);
        n.text(3, renamed.getOrDefault(first, first)).append(rest);
        to.message(1, n);
    }

    /** Writes a node without attributes; trailing empty inputs are left out. */
    static void put(WireWriter to, String output, String operator, String... inputs) {
        WrittenNode n = of(operator, (Object[]) inputs);
        n.outputs.add(output);
        n.put(to, Map.of());
    }
}

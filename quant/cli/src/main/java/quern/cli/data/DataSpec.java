package quern.cli.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import quern.error.FormatException;

/**
 * DATA split into one path for each input: {@code [NAME=]PATH[,[NAME=]PATH...]}.
 *
 * <p>{@code NAME=} counts only if it is the name of an input; a path that begins so is written with
 * {@code ./} before it. For a model with one input all that follows is its path. For others a path
 * ends at the first comma where something of that name exists, else at the first comma. Paths
 * without a name go to the inputs that are not named, in order.
 */
final class DataSpec {
    private final String spec;
    private final List<String> inputs;
    private final List<String> byLength;
    private final Predicate<String> exists;

    private DataSpec(String spec, List<String> inputs, Predicate<String> exists) {
        this.spec = spec;
        this.inputs = inputs;
        this.exists = exists;
        this.byLength = new ArrayList<>(inputs);
        byLength.sort(Comparator.comparingInt(String::length).reversed());
    }

    /**
     * The path of each input.
     *
     * @param inputs their names, in order
     * @param exists whether something has a name
     */
    static List<String> split(String spec, List<String> inputs, Predicate<String> exists) {
        return new DataSpec(spec, inputs, exists).split();
    }

    private List<String> split() {
        List<String> paths = new ArrayList<>(Collections.nCopies(inputs.size(), ""));
        List<String> unnamed = new ArrayList<>();
        int at = 0;
        while (at <= spec.length()) {
            Optional<String> name = nameAt(at);
            int from = at + name.map(n -> n.length() + 1).orElse(0);
            int end = end(from);
            String path = spec.substring(from, end);
            if (path.isEmpty()) {
                throw new FormatException(
                        "data " + spec, "has no path" + name.map(n -> " for " + n).orElse(""));
            }
            if (name.isEmpty()) {
                unnamed.add(path);
            } else if (!paths.set(inputs.indexOf(name.get()), path).isEmpty()) {
                throw new FormatException(
                        "data " + spec, "names input " + name.get() + " more than once");
            }
            at = end + 1;
        }
        return filled(paths, unnamed);
    }

    private List<String> filled(List<String> paths, List<String> unnamed) {
        long open = paths.stream().filter(String::isEmpty).count();
        if (open != unnamed.size()) {
            throw new FormatException(
                    "data " + spec,
                    "gives "
                            + (inputs.size() - open + unnamed.size())
                            + " paths, but the model has "
                            + inputs.size()
                            + (inputs.size() == 1 ? " input: " : " inputs: ")
                            + String.join(", ", inputs));
        }
        int next = 0;
        for (int i = 0; i < paths.size(); i++) {
            if (paths.get(i).isEmpty()) {
                paths.set(i, unnamed.get(next++));
            }
        }
        return paths;
    }

    private Optional<String> nameAt(int at) {
        return byLength.stream().filter(n -> spec.startsWith(n + "=", at)).findFirst();
    }

    private int end(int from) {
        if (inputs.size() == 1) {
            return spec.length();
        }
        int first = -1;
        for (int i = from; i <= spec.length(); i++) {
            if (i == spec.length() || spec.charAt(i) == ',') {
                first = first < 0 ? i : first;
                if (exists.test(spec.substring(from, i))) {
                    return i;
                }
            }
        }
        return first;
    }
}

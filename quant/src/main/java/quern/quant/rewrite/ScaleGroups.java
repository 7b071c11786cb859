package quern.quant.rewrite;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/** Disjoint sets of values; the values of a set share scale and zero point. */
final class ScaleGroups {
    private final Object2IntOpenHashMap<String> numbers = new Object2IntOpenHashMap<>();
    private final IntArrayList parents = new IntArrayList();
    private final List<List<String>> members = new ArrayList<>();

    ScaleGroups() {
        numbers.defaultReturnValue(-1);
    }

    /** Puts a new value into a set of its own. */
    void add(String value) {
        numbers.put(value, parents.size());
        parents.add(parents.size());
        members.add(List.of(value));
    }

    /** The number of the set that holds a value. */
    int group(String value) {
        int i = numbers.getInt(value);
        if (i < 0) {
            throw new IllegalArgumentException("value " + value + " has no scale");
        }
        while (parents.getInt(i) != i) {
            i = parents.getInt(i);
        }
        return i;
    }

    boolean same(String a, String b) {
        return group(a) == group(b);
    }

    /** Makes one set of two. */
    void union(String a, String b) {
        int first = Math.min(group(a), group(b));
        int second = Math.max(group(a), group(b));
        if (first != second) {
            parents.set(second, first);
            List<String> all = new ArrayList<>(members.get(first));
            all.addAll(members.get(second));
            members.set(first, all);
        }
    }

    /** The values that share a set with this one, itself included. */
    List<String> members(String value) {
        return members.get(group(value));
    }
}

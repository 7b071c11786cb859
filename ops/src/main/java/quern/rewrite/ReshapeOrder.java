package quern.rewrite;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * A reshape of a tensor whose axes stand in another order. The reshape splits and merges groups of
 * neighbouring axes; axes of a group that do not stand side by side are brought together first.
 *
 * @param gather the order in which the axes of the tensor that is there must stand
 * @param shape what it is reshaped to
 * @param order of the output that the node knows, in the one that is made
 */
record ReshapeOrder(Ints gather, Ints shape, Ints order) {
    /** Neighbouring axes that become neighbouring axes; of 1 are none. */
    private record Group(List<Integer> from, List<Integer> to) {}

    /**
     * @param x the shape that the node reads
     * @param y the shape that it makes
     * @param order where each axis of {@code x} stands in the tensor that is there
     */
    static Optional<ReshapeOrder> of(Shape x, Shape y, Ints order) {
        Optional<List<Group>> groups = groups(x, y);
        if (groups.isEmpty()) {
            return Optional.empty();
        }
        List<Group> sorted = new ArrayList<>(groups.get());
        sorted.sort(Comparator.comparingInt(g -> place(g, order)));
        List<Integer> gather = new ArrayList<>();
        List<Integer> made = new ArrayList<>();
        for (Group g : sorted) {
            g.from().forEach(axis -> gather.add(order.at(axis)));
            made.addAll(g.to());
        }
        for (int axis = 0; axis < y.rank(); axis++) {
            if (!made.contains(axis)) {
                made.add(made.indexOf(axis - 1) + 1, axis);
            }
        }
        for (int axis = 0; axis < x.rank(); axis++) {
            if (!gather.contains(order.at(axis))) {
                gather.add(order.at(axis));
            }
        }
        int[] shape = new int[y.rank()];
        int[] places = new int[y.rank()];
        int open = 0;
        for (int i = 0; i < shape.length; i++) {
            int axis = made.get(i);
            shape[i] = y.isSymbolic(axis) ? -1 : y.dim(axis);
            open += y.isSymbolic(axis) ? 1 : 0;
            places[axis] = i;
        }
        return open > 1
                ? Optional.empty()
                : Optional.of(new ReshapeOrder(ints(gather), Ints.of(shape), Ints.of(places)));
    }

    private static int place(Group g, Ints order) {
        return g.from().stream().mapToInt(order::at).min().orElse(-1);
    }

    private static Ints ints(List<Integer> list) {
        return Ints.of(list.stream().mapToInt(i -> i).toArray());
    }

    private static boolean isOne(Shape s, int axis) {
        return !s.isSymbolic(axis) && s.dim(axis) == 1;
    }

    private static Optional<List<Group>> groups(Shape x, Shape y) {
        List<Group> all = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (true) {
            while (i < x.rank() && isOne(x, i)) {
                i++;
            }
            while (j < y.rank() && isOne(y, j)) {
                j++;
            }
            if (i == x.rank() || j == y.rank()) {
                return i == x.rank() && j == y.rank() ? Optional.of(all) : Optional.empty();
            }
            Group g = new Group(new ArrayList<>(List.of(i)), new ArrayList<>(List.of(j)));
            if (x.isSymbolic(i) || y.isSymbolic(j)) {
                if (!x.word(i).equals(y.word(j)) || x.word(i).equals(Shape.UNKNOWN)) {
                    return Optional.empty();
                }
                i++;
                j++;
                all.add(g);
                continue;
            }
            long left = x.dim(i++);
            long right = y.dim(j++);
            while (left != right) {
                boolean less = left < right;
                if (less ? i == x.rank() || x.isSymbolic(i) : j == y.rank() || y.isSymbolic(j)) {
                    return Optional.empty();
                }
                if (less) {
                    left *= x.dim(i);
                    addUnlessOne(g.from(), x, i++);
                } else {
                    right *= y.dim(j);
                    addUnlessOne(g.to(), y, j++);
                }
            }
            all.add(g);
        }
    }

    private static void addUnlessOne(List<Integer> axes, Shape s, int axis) {
        if (!isOne(s, axis)) {
            axes.add(axis);
        }
    }

    /** Whether the axes must be brought together before the reshape. */
    boolean gathers() {
        return !AxisOrder.isIdentity(gather);
    }
}

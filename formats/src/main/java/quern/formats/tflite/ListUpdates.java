package quern.formats.tflite;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import quern.op.shape.DynamicUpdateSlice;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Lists of tensors of TensorFlow, whose elements are the rows of one tensor. Setting row i is
 * exported as rows 0 to i - 1, the new row and rows i + 1 to the end, joined: two slices whose
 * sizes are not known, and a concatenation that puts them together to what they were taken from.
 * Here it is one update of a row.
 */
final class ListUpdates {
    private static final int CONCATENATION = 2;
    private static final int SLICE = 65;
    private static final int CONCAT_AXIS = 0;

    /**
     * A concatenation and its slices, by their place among the operators.
     *
     * @param list tensor number of what both slices are taken from
     * @param sizes of the first slice, whose first number is i
     */
    private record Update(int before, int after, int list, int sizes) {}

    private final List<FlatTable> operators;
    private final Map<Integer, Update> updates = new HashMap<>();
    private final Set<Integer> slices = new HashSet<>();
    private final Set<Integer> deferred = new HashSet<>();

    ListUpdates(List<FlatTable> operators, OperatorCodes codes, int[] results) {
        this.operators = operators;
        Map<Integer, Integer> producers = new HashMap<>();
        Map<Integer, Integer> uses = new HashMap<>();
        for (int result : results) {
            uses.merge(result, 1, Integer::sum);
        }
        for (int i = 0; i < operators.size(); i++) {
            FlatTable o = operators.get(i);
            for (int input : o.ints(Schema.OPERATOR_INPUTS)) {
                uses.merge(input, 1, Integer::sum);
            }
            if (codes.builtin(o) == SLICE && o.ints(Schema.OPERATOR_OUTPUTS).length == 1) {
                producers.put(o.ints(Schema.OPERATOR_OUTPUTS)[0], i);
            }
        }
        for (int i = 0; i < operators.size(); i++) {
            if (codes.builtin(operators.get(i)) == CONCATENATION) {
                find(i, producers, uses);
            }
        }
    }

    private void find(int at, Map<Integer, Integer> producers, Map<Integer, Integer> uses) {
        int[] joined = operators.get(at).ints(Schema.OPERATOR_INPUTS);
        boolean rows =
                operators.get(at).table(Schema.OPERATOR_OPTIONS, ".builtin_options").stream()
                        .allMatch(t -> t.s32(CONCAT_AXIS, 0) == 0);
        if (joined.length != 3 || !rows) {
            return;
        }
        int before = producers.getOrDefault(joined[0], at);
        int after = producers.getOrDefault(joined[2], at);
        if (before >= at || after >= at || uses.get(joined[0]) != 1 || uses.get(joined[2]) != 1) {
            return;
        }
        int[] first = operators.get(before).ints(Schema.OPERATOR_INPUTS);
        int[] last = operators.get(after).ints(Schema.OPERATOR_INPUTS);
        if (first.length == 3 && last.length == 3 && first[0] == last[0]) {
            updates.put(at, new Update(before, after, first[0], first[2]));
            slices.add(before);
            slices.add(after);
        }
    }

    /** Whether operator {@code i} is a slice that waits for the concatenation behind it. */
    boolean defers(int i, TfliteOperator o) {
        boolean waits = slices.contains(i) && (o.constant(1).isEmpty() || o.constant(2).isEmpty());
        if (waits) {
            deferred.add(i);
        }
        return waits;
    }

    /** Whether operator {@code i} was an update of a row and is read. */
    boolean read(int i, TfliteOperator concat, TfliteValues values) {
        Update u = updates.get(i);
        if (u == null || !deferred.contains(u.before()) && !deferred.contains(u.after())) {
            return false;
        }
        Shape list = values.type(u.list()).shape();
        Shape row = concat.type(1).shape();
        boolean fits =
                deferred.contains(u.before())
                        && deferred.contains(u.after())
                        && list.rank() > 0
                        && row.equals(list.with(0, 1))
                        && isAll(values, u.before(), 1, 0)
                        && isAll(values, u.after(), 2, -1);
        if (!fits) {
            throw concat.unsupported(
                    "slices of a size that depends on the inputs are not supported");
        }
        concat.emit(
                new DynamicUpdateSlice(),
                values.value(u.list()),
                concat.input(1),
                values.value(u.sizes()));
        return true;
    }

    /** Whether an input of an operator is one number over and over. */
    private boolean isAll(TfliteValues values, int operator, int input, int number) {
        int tensor = operators.get(operator).ints(Schema.OPERATOR_INPUTS)[input];
        Tensor t = values.constant(tensor).orElse(Tensor.of(Shape.of(1), number + 1));
        for (int i = 0; i < t.elements(); i++) {
            if (!t.dtype().isInteger() || t.integer(i) != number) {
                return false;
            }
        }
        return true;
    }
}

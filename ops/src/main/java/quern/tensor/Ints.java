package quern.tensor;

import java.util.Arrays;
import java.util.stream.IntStream;

/** An immutable list of ints with value equality: strides, axes, permutations, zero points. */
public final class Ints {
    private static final Ints EMPTY = new Ints(new int[0]);

    private final int[] values;

    private Ints(int[] values) {
        this.values = values;
    }

    /** The given values, copied. */
    public static Ints of(int... values) {
        return values.length == 0 ? EMPTY : new Ints(values.clone());
    }

    /** {@code size} times {@code value}. */
    public static Ints repeat(int value, int size) {
        int[] all = new int[size];
        Arrays.fill(all, value);
        return new Ints(all);
    }

    public int size() {
        return values.length;
    }

    /** The value at index {@code i}. */
    public int at(int i) {
        return values[i];
    }

    /** A fresh array with the values. */
    public int[] toArray() {
        return values.clone();
    }

    public IntStream stream() {
        return Arrays.stream(values);
    }

    /** Whether every value equals {@code value} (true for an empty list). */
    public boolean all(int value) {
        for (int v : values) {
            if (v != value) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Ints && Arrays.equals(values, ((Ints) o).values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** {@code [1,2,3]} without spaces. */
    @Override
    public String toString() {
        StringBuilder s = new StringBuilder("[");
        for (int i = 0; i < values.length; i++) {
            s.append(i == 0 ? "" : ",").append(values[i]);
        }
        return s.append(']').toString();
    }
}

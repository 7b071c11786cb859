package quern.tensor;

import java.util.Arrays;
import quern.numeric.ShortestDecimal;

/** An immutable list of binary32 numbers with value equality by bits: scales, coefficients. */
public final class Floats {
    private final float[] values;

    private Floats(float[] values) {
        this.values = values;
    }

    /** The given values, copied. */
    public static Floats of(float... values) {
        return new Floats(values.clone());
    }

    public int size() {
        return values.length;
    }

    /** The value at index {@code i}. */
    public float at(int i) {
        return values[i];
    }

    /** A fresh array with the values. */
    public float[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Floats && Arrays.equals(values, ((Floats) o).values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** {@code [0.5,1]} without spaces, fewest digits that parse back to the same bits. */
    @Override
    public String toString() {
        StringBuilder s = new StringBuilder("[");
        for (int i = 0; i < values.length; i++) {
            s.append(i == 0 ? "" : ",").append(ShortestDecimal.print(values[i]));
        }
        return s.append(']').toString();
    }
}

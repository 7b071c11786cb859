package quern.formats.onnx;

import java.util.Arrays;

/** Longs in the order in which they were added. */
final class LongList {
    private static final long[] EMPTY = {};

    private long[] values = EMPTY;
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size + (size >> 1) + 8);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    long at(int i) {
        return values[i];
    }

    long[] toArray() {
        return Arrays.copyOf(values, size);
    }
}

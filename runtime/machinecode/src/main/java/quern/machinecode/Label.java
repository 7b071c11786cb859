package quern.machinecode;

import java.util.Arrays;

/** A place in code that jumps may name before it is reached. */
final class Label {
    private static final int OPEN = -1;

    private int position = OPEN;
    private int[] jumps = {};

    boolean isBound() {
        return position != OPEN;
    }

    int position() {
        return position;
    }

    void bind(int at) {
        if (isBound()) {
            throw new IllegalStateException("bound twice");
        }
        position = at;
    }

    /** Remembers where a distance of four bytes is to be written. */
    void awaitAt(int field) {
        jumps = Arrays.copyOf(jumps, jumps.length + 1);
        jumps[jumps.length - 1] = field;
    }

    int[] awaiting() {
        return jumps;
    }
}

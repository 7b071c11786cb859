package quern.machinecode;

import java.util.Arrays;

/** Bytes that grow, little end first. */
class Code {
    private byte[] bytes = new byte[4096];
    private int size;

    /** How many bytes there are, the position of the next one. */
    final int size() {
        return size;
    }

    /** A copy of all bytes. */
    final byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    final void put8(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = (byte) value;
    }

    final void put32(int value) {
        put8(value);
        put8(value >> 8);
        put8(value >> 16);
        put8(value >> 24);
    }

    /** Sets the label here and completes the jumps that named it. */
    final void bind(Label label) {
        label.bind(size);
        for (int field : label.awaiting()) {
            patch32(field, size - (field + 4));
        }
    }

    /** Four bytes: the distance from behind them to the label. */
    final void putDistance(Label label) {
        if (label.isBound()) {
            put32(label.position() - (size + 4));
        } else {
            label.awaitAt(size);
            put32(0);
        }
    }

    private void patch32(int at, int value) {
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (value >> 8 * i);
        }
    }
}

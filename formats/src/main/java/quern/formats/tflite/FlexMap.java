package quern.formats.tflite;

import java.util.HashMap;
import java.util.Map;
import quern.error.FormatException;
import quern.formats.io.ByteSource;

/**
 * The numbers in a FlexBuffers map, which custom operators have as options: integers,
 * floating-point numbers and booleans by their keys; other values are left out. Immutable.
 */
final class FlexMap {
    private static final int INT = 1;
    private static final int UINT = 2;
    private static final int FLOAT = 3;
    private static final int INDIRECT_INT = 6;
    private static final int INDIRECT_UINT = 7;
    private static final int INDIRECT_FLOAT = 8;
    private static final int MAP = 9;
    private static final int BOOL = 26;
    private static final int LONGEST_KEY = 128;

    private final ByteSource source;
    private final long start;
    private final long end;
    private final Map<String, Double> values = new HashMap<>();

    private FlexMap(ByteSource source, long start, long bytes) {
        this.source = source;
        this.start = start;
        this.end = start + bytes;
    }

    /**
     * Reads the map that fills {@code bytes} bytes from {@code start} on.
     *
     * @throws FormatException if it is no map, or points outside of these bytes
     */
    static FlexMap read(FlatBuffer file, long start, long bytes) {
        file.charge(bytes, start);
        FlexMap map = new FlexMap(file.source(), start, bytes);
        map.read();
        return map;
    }

    private void read() {
        if (end - start < 3) {
            throw new FormatException("offset " + start, "these are no options in FlexBuffers");
        }
        int rootWidth = source.u8(end - 1);
        int type = source.u8(end - 2);
        if (type >> 2 != MAP) {
            throw new FormatException("offset " + (end - 2), "options must be a map");
        }
        int width = 1 << (type & 3);
        long at = follow(end - 2 - rootWidth, rootWidth);
        long count = unsigned(at - width, width);
        long keys = follow(at - 3L * width, width);
        int keyWidth = (int) unsigned(at - 2L * width, width);
        if (count > end - start || keyWidth < 1 || keyWidth > 8) {
            throw new FormatException(
                    "offset " + at, "the map of options is larger than its bytes");
        }
        long types = at + count * width;
        for (int i = 0; i < count; i++) {
            String key = key(follow(keys + (long) i * keyWidth, keyWidth));
            value(key, at + (long) i * width, width, (int) unsigned(types + i, 1));
        }
    }

    private void value(String key, long at, int width, int packed) {
        int wide = 1 << (packed & 3);
        switch (packed >> 2) {
            case INT -> values.put(key, (double) signed(at, width));
            case UINT, BOOL -> values.put(key, (double) unsigned(at, width));
            case FLOAT -> values.put(key, real(at, width));
            case INDIRECT_INT -> values.put(key, (double) signed(follow(at, width), wide));
            case INDIRECT_UINT -> values.put(key, (double) unsigned(follow(at, width), wide));
            case INDIRECT_FLOAT -> values.put(key, real(follow(at, width), wide));
            default -> {}
        }
    }

    private String key(long at) {
        int length = 0;
        while (require(at + length, 1) && source.u8(at + length) != 0) {
            if (++length > LONGEST_KEY) {
                throw new FormatException("offset " + at, "the name of an option has no end");
            }
        }
        return source.lenientUtf8(at, length);
    }

    private long follow(long at, int width) {
        return at - unsigned(at, width);
    }

    private long unsigned(long at, int width) {
        long v = 0;
        require(at, width);
        for (int i = width - 1; i >= 0; i--) {
            v = v << 8 | source.u8(at + i);
        }
        if (v < 0) {
            throw new FormatException("offset " + at, "a number of options is too large");
        }
        return v;
    }

    private long signed(long at, int width) {
        long v = 0;
        require(at, width);
        for (int i = width - 1; i >= 0; i--) {
            v = v << 8 | source.u8(at + i);
        }
        int unused = 64 - 8 * width;
        return v << unused >> unused;
    }

    private double real(long at, int width) {
        long bits = signed(at, width);
        return switch (width) {
            case 4 -> Float.intBitsToFloat((int) bits);
            case 8 -> Double.longBitsToDouble(bits);
            default ->
                    throw new FormatException(
                            "offset " + at, "an option is a number of " + width + " bytes");
        };
    }

    private boolean require(long at, int bytes) {
        if (at < start || at > end - bytes) {
            throw new FormatException("offset " + at, "options point outside of their bytes");
        }
        return true;
    }

    /** Whether there is a number of this name. */
    boolean has(String key) {
        return values.containsKey(key);
    }

    /** A whole number of 32 bits. */
    int integer(String key) {
        double v = number(key);
        if (v != (int) v) {
            throw new FormatException("custom_options", key + " must be a whole number, not " + v);
        }
        return (int) v;
    }

    /** A whole number; {@code otherwise} if there is none. */
    int integer(String key, int otherwise) {
        return has(key) ? integer(key) : otherwise;
    }

    /** A number, rounded to binary32. */
    float real(String key) {
        return (float) number(key);
    }

    private double number(String key) {
        if (!has(key)) {
            throw new FormatException("custom_options", key + " is missing");
        }
        return values.get(key);
    }
}

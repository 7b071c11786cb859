package quern.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** One to four random wounds of a file. */
final class Mutation {
    private static final int[] HUGE = {
        -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x7FFFFFF0, 0x40000000, 0x00FFFFFF, 0xFFFF, 0
    };
    private static final String[] WORDS = {
        "-1",
        "0",
        "4294967296",
        "2147483647",
        "999999999999999",
        "1e38",
        "nan",
        "\\\"",
        "%",
        "@x",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        ",",
        ":",
        "=",
        "?",
        "\\n",
        "F32",
        "S4",
        "axis=0",
        "_",
        "bits=2"
    };

    private final Random random;

    Mutation(long seed) {
        this.random = new Random(seed);
    }

    /** A wounded copy of {@code file}; some wounds are filled with parts of {@code other}. */
    byte[] apply(byte[] file, byte[] other) {
        byte[] result = file.clone();
        int wounds = random.nextInt(3) == 0 ? 2 + random.nextInt(3) : 1;
        for (int i = 0; i < wounds; i++) {
            result = wound(result, other);
        }
        return result;
    }

    private byte[] wound(byte[] b, byte[] other) {
        if (b.length < 16) {
            return b;
        }
        int kind = random.nextInt(20);
        if (kind < 4) {
            int at = position(b);
            b[at] = (byte) (b[at] ^ 1 << random.nextInt(8));
        } else if (kind < 7) {
            b[position(b)] = (byte) random.nextInt(256);
        } else if (kind < 9) {
            word(b, HUGE[random.nextInt(HUGE.length)]);
        } else if (kind < 11) {
            word(b, random.nextInt(64));
        } else if (kind < 13) {
            splice(b, b, 4 * random.nextInt(4));
        } else if (kind < 14) {
            splice(b, other, random.nextInt(b.length));
        } else if (kind < 15) {
            return Arrays.copyOf(b, random.nextInt(b.length));
        } else if (kind < 16) {
            return cut(b, position(b), random.nextInt(64), new byte[random.nextInt(64)]);
        } else {
            return words(b);
        }
        return b;
    }

    private void word(byte[] b, int value) {
        int at = Math.min(position(b) & ~3, b.length - 4);
        ByteBuffer.wrap(b).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    }

    private void splice(byte[] b, byte[] other, int length) {
        int from = random.nextInt(other.length) & ~3;
        int to = position(b) & ~3;
        int most = Math.min(length, Math.min(other.length - from, b.length - to));
        System.arraycopy(other, from, b, to, most);
    }

    /** Positions near the beginning, where headers are, are as likely as all others. */
    private int position(byte[] b) {
        return random.nextInt(random.nextBoolean() ? Math.min(b.length, 2048) : b.length);
    }

    private static byte[] cut(byte[] b, int at, int length, byte[] filling) {
        int end = Math.min(b.length, at + length);
        byte[] result = new byte[at + filling.length + b.length - end];
        System.arraycopy(b, 0, result, 0, at);
        System.arraycopy(filling, 0, result, at, filling.length);
        System.arraycopy(b, end, result, at + filling.length, b.length - end);
        return result;
    }

    /**
     * Replaces a piece of text by a word; if the file begins with the length of its header, the
     * length is put right, so that what is behind it is still found.
     */
    private byte[] words(byte[] b) {
        byte[] word = WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.wrap(b).order(ByteOrder.LITTLE_ENDIAN);
        long length = buffer.getLong(0);
        boolean header = length > 16 && length <= b.length - 8;
        int at = 8 + random.nextInt(header ? (int) length : b.length - 8);
        byte[] result = cut(b, at, random.nextInt(6), word);
        if (header) {
            long longer = length + result.length - b.length;
            ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN).putLong(0, longer);
        }
        return result;
    }
}

package quern.cli.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The fields of protobuf messages that hold bytes, for looking into models. */
final class OnnxFields {
    private OnnxFields() {}

    /** The bytes of each field of this number. */
    static List<byte[]> of(byte[] message, int number) {
        List<byte[]> all = new ArrayList<>();
        int[] at = {0};
        while (at[0] < message.length) {
            long tag = varint(message, at);
            switch ((int) (tag & 7)) {
                case 0 -> varint(message, at);
                case 1 -> at[0] += 8;
                case 5 -> at[0] += 4;
                default -> {
                    int length = (int) varint(message, at);
                    if (tag >>> 3 == number) {
                        all.add(Arrays.copyOfRange(message, at[0], at[0] + length));
                    }
                    at[0] += length;
                }
            }
        }
        return all;
    }

    private static long varint(byte[] message, int[] at) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = message[at[0]++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}

package quern.cli.onnx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The fields of protobuf messages that hold bytes, for looking into models. */
final class OnnxFields {
    private OnnxFields() {}

    /** How many nodes of each operator the graph of a model file has. */
    static Map<String, Integer> operators(Path model) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (byte[] node : of(of(Files.readAllBytes(model), 7).get(0), 1)) {
            counts.merge(new String(of(node, 4).get(0), StandardCharsets.UTF_8), 1, Integer::sum);
        }
        return counts;
    }

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

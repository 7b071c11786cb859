package quern.formats.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes small ONNX models, message by message. */
final class TinyOnnx {
    static final int FLOAT = 1;
    static final int INT64 = 7;
    static final int FLOAT16 = 10;

    /** A message in the making: the bytes of its fields. */
    static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message integer(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message real(int field, float value) {
            varint((long) field << 3 | 5);
            ByteBuffer b = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
            out.writeBytes(b.array());
            return this;
        }

        Message bytes(int field, byte[] value) {
            varint((long) field << 3 | 2);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.toBytes());
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) (rest & 0x7F | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        byte[] toBytes() {
            return out.toByteArray();
        }
    }

    private final Message graph = new Message();
    private final Message model = new Message().integer(1, 8);
    private boolean opset;

    private TinyOnnx() {}

    static TinyOnnx model() {
        return new TinyOnnx();
    }

    TinyOnnx opset(int version) {
        opset = true;
        return opset("", version);
    }

    TinyOnnx opset(String domain, int version) {
        model.message(8, new Message().text(1, domain).integer(2, version));
        return this;
    }

    /** An input; dimensions that are no numbers are symbols, empty ones are not given. */
    TinyOnnx input(String name, int type, String... dims) {
        graph.message(11, value(name, type, dims));
        return this;
    }

    TinyOnnx output(String name, int type, String... dims) {
        graph.message(12, value(name, type, dims));
        return this;
    }

    private static Message value(String name, int type, String... dims) {
        Message shape = new Message();
        for (String d : dims) {
            Message dim = new Message();
            if (d.matches("-?\\d+")) {
                dim.integer(1, Long.parseLong(d));
            } else if (!d.isEmpty()) {
                dim.text(2, d);
            }
            shape.message(1, dim);
        }
        Message tensor = new Message().integer(1, type).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** An attribute that is an integer. */
    static Message attribute(String name, long value) {
        return new Message().text(1, name).integer(3, value).integer(20, 2);
    }

    /** An attribute that is a list of integers. */
    static Message attribute(String name, long... values) {
        Message a = new Message().text(1, name).integer(20, 7);
        for (long v : values) {
            a.integer(8, v);
        }
        return a;
    }

    TinyOnnx node(String op, String[] inputs, String[] outputs, Message... attributes) {
        return node("", op, inputs, outputs, attributes);
    }

    TinyOnnx node(
            String domain, String op, String[] inputs, String[] outputs, Message... attributes) {
        Message n = new Message();
        for (String i : inputs) {
            n.text(1, i);
        }
        for (String o : outputs) {
            n.text(2, o);
        }
        n.text(4, op);
        for (Message a : attributes) {
            n.message(5, a);
        }
        graph.message(1, domain.isEmpty() ? n : n.text(7, domain));
        return this;
    }

    static String[] names(String... all) {
        return all;
    }

    /** A tensor of raw float32 numbers. */
    static Message floats(String name, int[] dims, float... values) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float v : values) {
            raw.putFloat(v);
        }
        return tensor(name, FLOAT, dims).bytes(9, raw.array());
    }

    /** A tensor of 64-bit integers as a list. */
    static Message longs(String name, int[] dims, long... values) {
        Message t = tensor(name, INT64, dims);
        for (long v : values) {
            t.integer(7, v);
        }
        return t;
    }

    static Message tensor(String name, int type, int... dims) {
        Message t = new Message();
        for (int d : dims) {
            t.integer(1, d);
        }
        return t.integer(2, type).text(8, name);
    }

    TinyOnnx constant(Message tensor) {
        graph.message(5, tensor);
        return this;
    }

    byte[] build() {
        if (!opset) {
            opset(13);
        }
        return model.message(7, graph.text(2, "tiny")).toBytes();
    }

    /** Models of many operators, for tests of every reader path. */
    static Map<String, byte[]> files() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("moves.onnx", moves());
        all.put("shapes.onnx", shapes());
        return all;
    }

    private static byte[] moves() {
        return model().input("x", FLOAT, "2", "3", "4")
                .node("Transpose", names("x"), names("t"), attribute("perm", 0L, 2L, 1L))
                .constant(longs("at", new int[] {2}, 0, 2))
                .node("Gather", names("t", "at"), names("g"), attribute("axis", 2))
                .constant(longs("parts", new int[] {2}, 1, 3))
                .node("Split", names("g", "parts"), names("p", "q"), attribute("axis", 1))
                .node("Concat", names("p", "q"), names("c"), attribute("axis", 1))
                .constant(floats("fill", new int[] {}, 1.5f))
                .constant(longs("pads", new int[] {6}, 0, 1, 0, 0, 0, 2))
                .node("Pad", names("c", "pads", "fill"), names("y"))
                .output("y", FLOAT, "2", "5", "4")
                .build();
    }

    private static byte[] shapes() {
        return model().input("x", FLOAT, "batch", "3", "len")
                .node("Shape", names("x"), names("s"))
                .constant(longs("zero", new int[] {1}, 0))
                .node("Gather", names("s", "zero"), names("n"), attribute("axis", 0))
                .constant(longs("rest", new int[] {1}, -1))
                .node("Concat", names("n", "rest"), names("to"), attribute("axis", 0))
                .node("Reshape", names("x", "to"), names("r"))
                .constant(longs("axes", new int[] {1}, 1))
                .node("Unsqueeze", names("r", "axes"), names("u"))
                .node("Cast", names("u"), names("h"), attribute("to", FLOAT16))
                .output("h", FLOAT16, "batch", "1", "wide")
                .build();
    }
}

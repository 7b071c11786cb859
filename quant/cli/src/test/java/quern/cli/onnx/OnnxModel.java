package quern.cli.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Puts an ONNX model together node by node. */
final class OnnxModel {
    static final String MICROSOFT = "com.microsoft";

    private static final List<DType> TYPES =
            List.of(DType.F32, DType.U8, DType.S8, DType.U16, DType.S16, DType.S32, DType.S64);

    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();
    private final List<byte[]> nodes = new ArrayList<>();
    private final List<Fields> functions = new ArrayList<>();
    private final Set<String> domains = new LinkedHashSet<>();

    /** The fields of a message. */
    private static final class Fields {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Fields integer(int field, long value) {
            varint(out, (long) field << 3);
            varint(out, value);
            return this;
        }

        Fields real(int field, float value) {
            varint(out, (long) field << 3 | 5);
            out.writeBytes(little(4).putFloat(value).array());
            return this;
        }

        Fields bytes(int field, byte[] value) {
            write(out, field, value);
            return this;
        }

        Fields text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Fields message(int field, Fields value) {
            return bytes(field, value.out.toByteArray());
        }
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static void write(ByteArrayOutputStream out, int field, byte[] value) {
        varint(out, (long) field << 3 | 2);
        varint(out, value.length);
        out.writeBytes(value);
    }

    private static int number(DType dtype) {
        return TYPES.indexOf(dtype) < 0 ? 9 : TYPES.indexOf(dtype) + 1;
    }

    private static Fields value(String name, DType dtype, Shape shape) {
        Fields dims = new Fields();
        for (String word : shape.words()) {
            boolean known = Character.isDigit(word.charAt(0));
            dims.message(
                    1,
                    known
                            ? new Fields().integer(1, Long.parseLong(word))
                            : new Fields().text(2, word));
        }
        Fields tensor = new Fields().integer(1, number(dtype)).message(2, dims);
        return new Fields().text(1, name).message(2, new Fields().message(1, tensor));
    }

    OnnxModel input(String name, DType dtype, int... dims) {
        return input(name, dtype, Shape.of(dims));
    }

    OnnxModel input(String name, DType dtype, Shape shape) {
        write(graph, 11, value(name, dtype, shape).out.toByteArray());
        return this;
    }

    OnnxModel output(String name, DType dtype, int... dims) {
        return output(name, dtype, Shape.of(dims));
    }

    OnnxModel output(String name, DType dtype, Shape shape) {
        write(graph, 12, value(name, dtype, shape).out.toByteArray());
        return this;
    }

    /** An initializer with the elements of a tensor; its quantization plays no part. */
    OnnxModel constant(String name, Tensor t) {
        Fields f = new Fields();
        for (int i = 0; i < t.shape().rank(); i++) {
            f.integer(1, t.shape().dim(i));
        }
        f.integer(2, number(t.dtype())).text(8, name);
        int width = t.dtype().bits() / 8;
        ByteBuffer raw = little(t.elements() * width);
        for (int i = 0; i < t.elements(); i++) {
            switch (t.dtype()) {
                case F32 -> raw.putFloat(t.real(i));
                case S64 -> raw.putLong(t.integer(i));
                case S32 -> raw.putInt((int) t.integer(i));
                case S16, U16 -> raw.putShort((short) t.integer(i));
                default -> raw.put((byte) t.integer(i));
            }
        }
        write(graph, 5, f.bytes(9, raw.array()).out.toByteArray());
        return this;
    }

    OnnxModel scalar(String name, float value) {
        return constant(name, Tensor.of(Shape.of(), value));
    }

    OnnxModel zero(String name, DType dtype, int value) {
        Tensor t = Tensor.zeros(TensorType.of(dtype, Shape.of()));
        t.setInteger(0, value);
        return constant(name, t);
    }

    /** Inputs are names with spaces between them; {@code _} is an absent one. */
    OnnxModel node(String op, String inputs, String output, Object... attributes) {
        return nodeOf("", op, inputs, output, attributes);
    }

    /**
     * @param attributes name and value in turn; a value is an Integer, Float, String, int[],
     *     Reference, or a model whose graph it is
     */
    OnnxModel nodeOf(
            String domain, String op, String inputs, String outputs, Object... attributes) {
        Fields f = new Fields();
        for (String i : inputs.split(" ")) {
            f.text(1, i.equals("_") ? "" : i);
        }
        for (String o : outputs.split(" ")) {
            f.text(2, o);
        }
        f.text(4, op).text(7, domain);
        for (int i = 0; i < attributes.length; i += 2) {
            f.message(5, attribute((String) attributes[i], attributes[i + 1]));
        }
        write(graph, 1, f.out.toByteArray());
        nodes.add(f.out.toByteArray());
        return this;
    }

    private static Fields attribute(String name, Object value) {
        Fields f = new Fields().text(1, name);
        if (value instanceof Integer i) {
            return f.integer(3, i).integer(20, 2);
        }
        if (value instanceof Float r) {
            return f.real(2, r).integer(20, 1);
        }
        if (value instanceof String s) {
            return f.text(4, s).integer(20, 3);
        }
        if (value instanceof OnnxModel g) {
            return f.message(6, g.inner()).integer(20, 5);
        }
        if (value instanceof Reference r) {
            return f.text(21, r.name).integer(20, r.type);
        }
        for (int i : (int[]) value) {
            f.integer(8, i);
        }
        return f.integer(20, 7);
    }

    /** An attribute that a function takes from its call. */
    record Reference(String name, int type) {}

    private Fields inner() {
        Fields g = new Fields();
        g.out.writeBytes(graph.toByteArray());
        return g.text(2, "test");
    }

    /** Defines an operator by the nodes of another model. */
    OnnxModel function(
            String domain,
            String name,
            String inputs,
            String outputs,
            OnnxModel of,
            String... arguments) {
        Fields f = new Fields().text(1, name);
        for (String i : inputs.split(" ")) {
            f.text(4, i);
        }
        for (String o : outputs.split(" ")) {
            f.text(5, o);
        }
        for (String a : arguments) {
            f.text(6, a);
        }
        of.nodes.forEach(n -> f.bytes(7, n));
        f.message(9, new Fields().text(1, "").integer(2, 17));
        f.message(9, new Fields().text(1, domain).integer(2, 1)).text(10, domain);
        functions.add(f);
        domains.add(domain);
        return this;
    }

    byte[] bytes(int opset) {
        Fields g = inner();
        Fields sets = new Fields().text(1, "").integer(2, opset);
        Fields microsoft = new Fields().text(1, MICROSOFT).integer(2, 1);
        Fields model =
                new Fields()
                        .integer(1, opset > 20 ? 10 : 8)
                        .message(7, g)
                        .message(8, sets)
                        .message(8, microsoft);
        functions.forEach(f -> model.message(25, f));
        for (String domain : domains) {
            model.message(8, new Fields().text(1, domain).integer(2, 1));
        }
        return model.out.toByteArray();
    }
}

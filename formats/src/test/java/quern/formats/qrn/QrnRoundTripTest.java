package quern.formats.qrn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.fixedpoint.RoundingMode;
import quern.formats.Limits;
import quern.formats.Models;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Activation;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.op.quantize.Dequantize;
import quern.op.shape.Concat;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** What is written is read back equal, and written again it is the same bytes. */
class QrnRoundTripTest {
    private static byte[] bytes(Graph g) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new QrnWriter(g).writeTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static void assertRoundTrip(Graph g) {
        byte[] file = bytes(g);
        Graph read = Models.read(file, "a.qrn", Limits.standard());
        assertEquals(g, read);
        assertArrayEquals(file, bytes(read));
        assertSafetensors(file);
    }

    /** The rules of a safetensors file, and every tensor aligned to its element. */
    private static void assertSafetensors(byte[] file) {
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertEquals(0, (8 + length) % 8);
        String json = new String(file, 8, length, StandardCharsets.UTF_8);
        List<QrnHeader.Entry> entries = new ArrayList<>(QrnHeader.parse(json).entries().values());
        assertEquals(
                entries,
                entries.stream().sorted(Comparator.comparing(QrnHeader.Entry::begin)).toList());
        long at = 0;
        for (QrnHeader.Entry e : entries) {
            int width = Math.max(1, SafeType.parse(e.dtype()).bits() / 8);
            assertEquals(at, e.begin());
            assertEquals(0, at % width);
            at = e.end();
        }
        assertEquals(file.length, 8 + length + at);
    }

    @Provide
    Arbitrary<OpCase> cases() {
        return OpCases.any();
    }

    static List<OpCase> awkward() {
        return OpCases.awkward();
    }

    @Property(seed = "201", tries = 1500)
    void randomCases(@ForAll("cases") OpCase c) {
        assertRoundTrip(c.graph());
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void awkwardCases(OpCase c) {
        assertRoundTrip(c.graph());
    }

    /** A graph with every kind of name, constant, quantization and number that a file can hold. */
    private static Graph everything() {
        GraphBuilder g = new GraphBuilder("odd name \"%@\\\n\u2028\ud800 \ud83d\ude00");
        g.rounding(RoundingMode.FLOAT_EVEN)
                .metadata("key", "value \u0000\u001f\"\\\u00e9\ud83d\ude00");
        g.metadata("", "");
        String x =
                g.input(
                        "a b:c",
                        new TensorType(DType.S8, Shape.of(2, 4), Quant.perTensor(1e-9f, -5)));
        String w =
                g.constant(
                        "__metadata__",
                        Tensor.of(
                                new TensorType(
                                        DType.S4,
                                        Shape.of(2, 3),
                                        new Quant.PerChannel(
                                                1,
                                                Floats.of(0.1f, 3e38f, 1e-45f),
                                                Ints.of(0, -8, 7),
                                                4)),
                                (byte) 0x21,
                                (byte) 0x43,
                                (byte) 0x65));
        g.add("dequantized \"%@\\", new Dequantize(), w);
        Quant block = new Quant.PerBlock(1, 2, Floats.of(1, 2, 3, 4), Ints.of(1, 2, 3, 4), 6);
        TensorType blocks = new TensorType(DType.U8, Shape.of(2, 4), block);
        g.output(g.add("blocks", new Dequantize(), g.constant("w.scale", Tensor.zeros(blocks))));
        String sum = g.add("sum", new Add(Activation.NONE), Quant.perTensor(0.5f, 0), x, x);
        Node single =
                new Node(
                        new Relu(),
                        List.of(sum),
                        List.of(new Value("%", g.type(sum))),
                        RoundingMode.SINGLE);
        g.add(single);
        g.output("%").output("dequantized \"%@\\").output(sum);
        for (DType d : DType.values()) {
            Tensor t = Tensor.zeros(TensorType.of(d, Shape.of(3)));
            g.output(g.constant("const " + d, t));
        }
        g.output(g.constant("empty", Tensor.zeros(TensorType.f32(0, 7))));
        g.output(g.constant("scalar", Tensor.of(Shape.of(), Float.NaN)));
        return g.build();
    }

    @Test
    void everyKindOfNameTypeAndNumber() {
        assertRoundTrip(everything());
    }

    @Test
    void statesSubgraphOrderAndSymbolicShapes() {
        GraphBuilder g = new GraphBuilder("");
        TensorType type = TensorType.of(DType.F32, Shape.of(List.of("N", "?", "2")));
        TensorType fixed = TensorType.f32(1, 2);
        g.input("x", type);
        g.input("step", fixed);
        g.constant("first", Tensor.of(Shape.of(1, 2), 1f, 2));
        g.state("s", fixed, "first", "next");
        g.state("zero", fixed, "", "next");
        g.add("next", new Add(Activation.NONE), "s", "step");
        g.add("joined", new Concat(0), "s", "zero", "next");
        g.output("joined").output("joined").output("x");
        assertRoundTrip(g.build());
    }

    @Test
    void theBytesAreTheSameOnEveryMachine() {
        GraphBuilder g = new GraphBuilder("add");
        g.metadata("quern.license", "Apache-2.0");
        g.input("x", TensorType.s8(0.1f, 3, 2));
        Quant quant = new Quant.PerTensor(1 / 3f, -1, 8);
        g.constant(
                "c", Tensor.of(new TensorType(DType.S8, Shape.of(2), quant), (byte) 1, (byte) 2));
        g.constant("unused.f64", Tensor.zeros(TensorType.of(DType.F64, Shape.of(1))));
        g.add("y", new Add(Activation.RELU), Quant.perTensor(1e-7f, 0), "x", "c");
        g.output("y").output("unused.f64");
        String header =
                "{\"__metadata__\":{\"quern.version\":\"1\",\"quern.graph\":\"graph add rounding=double\\n"
                        + "input %x : S8[2] scale=0.1 zero=3\\n"
                        + "const @c : S8[2] scale=0.33333334 zero=-1\\n"
                        + "const @unused.f64 : F64[1]\\n"
                        + "%y = Add(%x, @c) activation=relu : S8[2] scale=1e-7 zero=0\\n"
                        + "output %y\\noutput @unused.f64\\n\",\"quern.license\":\"Apache-2.0\"},"
                        + "\"unused.f64\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                        + "\"c\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[8,10]}}";
        String padding = " ".repeat(Math.floorMod(-8 - header.length(), 8));
        String text = new String(bytes(g.build()), StandardCharsets.ISO_8859_1);
        char low = (char) ((header + padding).length() & 0xFF);
        char high = (char) ((header + padding).length() >> 8);
        assertEquals(
                "" + low + high + "\0\0\0\0\0\0" + header + padding + "\0\0\0\0\0\0\0\0\1\2", text);
    }

    @Test
    void metadataOfTheFormatIsNotTheGraphs() {
        Graph g = everything();
        assertEquals(Map.of("key", g.metadata().get("key"), "", ""), g.metadata());
        assertTrue(
                Models.read(bytes(g), "a.qrn", Limits.standard()).metadata().keySet().stream()
                        .noneMatch(k -> k.startsWith("quern.")));
    }
}

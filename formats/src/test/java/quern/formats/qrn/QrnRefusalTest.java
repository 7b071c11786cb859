package quern.formats.qrn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.error.FormatException;
import quern.formats.Limits;
import quern.formats.Models;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Files that are refused, each with a sentence that says what and where. */
class QrnRefusalTest {
    private static final String GRAPH =
            "graph g\\ninput %x : F32[2]\\nconst @c : F32[2]\\n%y = Add(%x, @c) : F32[2]\\noutput %y\\n";
    private static final String ENTRY =
            "\"c\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    private static final String GOOD = header(GRAPH, ENTRY);

    private static String header(String graph, String entries) {
        return "{\"__metadata__\":{\"quern.version\":\"1\",\"quern.graph\":\""
                + graph
                + "\"},"
                + entries
                + "}";
    }

    private static byte[] file(String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer b =
                ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        return b.putLong(text.length).put(text).array();
    }

    private static byte[] file(String header) {
        return file(header, 8);
    }

    private static Graph read(byte[] file) {
        return Models.read(file, "a.qrn", Limits.standard());
    }

    private static Map<String, byte[]> wrong() {
        Map<String, byte[]> all = new TreeMap<>();
        byte[] longLength = file(GOOD);
        longLength[7] = (byte) 0x80;
        all.put("offset 0: a header of 9223372036854776001 bytes does not fit a file", longLength);
        all.put("offset 0: 8 bytes were expected here, but the file has 3 bytes", new byte[3]);
        all.put("offset 0: a header of 0 bytes does not fit a file of 8", new byte[8]);
        all.put("offset 8: the header must begin with \"{\"", file(" " + GOOD));
        all.put("only spaces may follow the JSON object", file(GOOD + "x"));
        all.put(
                "\"quern.version\" stands twice",
                file(GOOD.replace("\"quern.graph\":", "\"quern.version\":\"1\",\"quern.graph\":")));
        all.put("\"c\" stands twice", file(header(GRAPH, ENTRY + "," + ENTRY)));
        all.put(
                "\"dtype\" stands twice",
                file(GOOD.replace("\"shape\"", "\"dtype\":\"F32\",\"shape\"")));
        all.put("a tensor has no \"strides\"", file(GOOD.replace("\"shape\"", "\"strides\"")));
        all.put(
                "a tensor must have dtype, shape and two data_offsets",
                file(GOOD.replace("\"dtype\":\"F32\",", "")));
        all.put("header character", file(GOOD.replace("[2]", "[2.0]")));
        all.put("a whole number of at most 15 digits", file(GOOD.replace("[0,8]", "[00,8]")));
        all.put(
                "a whole number of at most 15 digits was expected",
                file(GOOD.replace("[0,8]", "[-1,8]")));
        all.put(
                "a whole number of at most 15 digits was",
                file(GOOD.replace("[0,8]", "[0,8888888888888888]")));
        all.put("a list has more than 2 numbers", file(GOOD.replace("[0,8]", "[0,8,8]")));
        all.put(
                "a list has more than 16 numbers",
                file(GOOD.replace("[2],\"d", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],\"d")));
        all.put("\"\\q\" is not an escape", file(GOOD.replace("graph g", "graph \\q")));
        all.put("a string holds a control character", file(GOOD.replace("graph g", "graph \t")));
        all.put("a string does not end", file("{\"__metadata__"));
        all.put("\\u must be followed by four", file(GOOD.replace("graph g", "graph \\u00g0")));
        all.put(
                "tensor c: \"F31\" is not an element type",
                file(GOOD.replace("\"F32\"", "\"F31\"")));
        all.put(
                "tensor c: F32[2] takes 8 bytes, but its data_offsets are 0 and 7",
                file(GOOD.replace("[0,8]", "[0,7]")));
        all.put(
                "tensor c: F32[2] takes 8 bytes, but its data_offsets are 0 and 999999999999999",
                file(GOOD.replace("[0,8]", "[0,999999999999999]")));
        all.put(
                "tensor c: it begins at byte 4 of the data, not 0",
                file(GOOD.replace("[0,8]", "[4,12]"), 12));
        all.put(
                "tensor c: dimension 4294967296 is too large",
                file(GOOD.replace("[2],\"d", "[4294967296],\"d")));
        all.put(
                "tensor c: a tensor of shape [2147483647,2147483647] has more elements",
                file(GOOD.replace("[2],\"d", "[2147483647,2147483647],\"d")));
        all.put("the tensors end here, but the file has", file(GOOD, 9));
        all.put("8 bytes were expected here", file(GOOD, 7));
        all.put(
                "tensor d: the graph does not use it",
                file(
                        header(
                                GRAPH,
                                ENTRY
                                        + ","
                                        + ENTRY.replace("\"c\"", "\"d\"").replace("0,8", "8,16")),
                        16));
        all.put(
                "quern.graph, line 3: tensor c is not in the file",
                file(GOOD.replace("\"c\"", "\"d\"")));
        all.put(
                "__metadata__: this safetensors file holds no model: quern.version is missing",
                file("{" + ENTRY + "}"));
        all.put(
                "__metadata__: the file has version \"2\", but this version of Quern reads version 1",
                file(GOOD.replace(":\"1\"", ":\"2\"")));
        all.put(
                "quern.graph, line 2, \"F31\" is not an element type".replace(", \"", ": \""),
                file(GOOD.replace("%x : F32", "%x : F31")));
        all.put(
                "quern.graph, line 4, y: operator Foo is not supported: this version of Quern does not know it",
                file(GOOD.replace("Add", "Foo")));
        all.put(
                "quern.graph, Add y: its output has shape [2], not [3]",
                file(GOOD.replace("@c) : F32[2]", "@c) : F32[3]")));
        byte[] notUtf8 = file(GOOD);
        notUtf8[30] = (byte) 0xFF;
        all.put("offset 8: this text is not valid UTF-8", notUtf8);
        byte[] truth =
                file(
                        GOOD.replace("F32[2]\\n%y", "BOOL[8]\\n%y")
                                .replace("\"F32\"", "\"BOOL\"")
                                .replace("[2],\"d", "[8],\"d"));
        truth[truth.length - 1] = 2;
        all.put("a BOOL must be 0 or 1, not 2", truth);
        return all;
    }

    static Stream<Map.Entry<String, byte[]>> wrongFiles() {
        return wrong().entrySet().stream();
    }

    @Test
    void theFileThatTheOthersAreMadeFromIsGood() {
        assertEquals(1, read(file(GOOD)).nodes().size());
        assertEquals(read(file(GOOD)), read(file(GOOD + "  ")));
        assertEquals(
                read(file(GOOD)),
                read(file(GOOD.replace(":{", " : {\n ").replace("graph g", "\\u0067raph g"))));
    }

    @ParameterizedTest
    @MethodSource("wrongFiles")
    void saysWhatIsWrongAndWhere(Map.Entry<String, byte[]> file) {
        FormatException e = assertThrows(FormatException.class, () -> read(file.getValue()));
        assertTrue(
                e.getMessage().contains(file.getKey()),
                () -> "expected: " + file.getKey() + "\nmessage:  " + e.getMessage());
        assertTrue(e.getMessage().startsWith("a.qrn, "), e::getMessage);
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] good = file(GOOD);
        for (int length = 0; length < good.length; length++) {
            byte[] part = java.util.Arrays.copyOf(good, length);
            assertThrows(FormatException.class, () -> read(part));
        }
    }

    @Test
    void scalesThatAreSharedWithoutEndAreRefused() {
        int scales = 50_000;
        String line = "input %x0 : S8[" + scales + "] axis=0 scale=@c zero=0\\n";
        StringBuilder graph = new StringBuilder("graph g\\n");
        for (int i = 0; i < 2000; i++) {
            graph.append(line.replace("x0", "x" + i));
        }
        String entry = ENTRY.replace("[2]", "[" + scales + "]").replace("0,8", "0," + 4 * scales);
        byte[] file = file(header(graph.toString(), entry), 4 * scales);
        for (int i = 1; i <= scales; i++) {
            file[file.length - 4 * i + 3] = 1;
        }
        FormatException e = assertThrows(FormatException.class, () -> read(file));
        assertTrue(e.getMessage().contains("share scale tensors"), e::getMessage);
    }

    @Test
    void limitsAreKept() {
        byte[] good = file(GOOD);
        Limits standard = Limits.standard();
        Map<Limits, String> broken =
                Map.of(
                        standard.withHeaderBytes(GOOD.length() - 1),
                        "offset 0: " + GOOD.length() + " bytes of the header",
                        standard.withNodes(0),
                        "5 lines of text are more than the limit of 0",
                        standard.withTensorBytes(7),
                        "x: 8 bytes of a tensor are more than the limit of 7");
        broken.forEach(
                (limits, message) -> {
                    FormatException e =
                            assertThrows(
                                    FormatException.class,
                                    () -> Models.read(good, "a.qrn", limits));
                    assertTrue(e.getMessage().contains(message), e::getMessage);
                });
    }

    @Test
    void metadataKeysOfTheFormatAreNotWritten() {
        GraphBuilder g = new GraphBuilder("g").metadata(QrnReader.GRAPH_KEY, "graph h");
        g.output(g.constant("c", Tensor.zeros(TensorType.f32(1))));
        FormatException e = assertThrows(FormatException.class, () -> new QrnWriter(g.build()));
        assertEquals("g: the metadata key quern.graph belongs to the format", e.getMessage());
    }
}

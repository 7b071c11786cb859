package quern.formats.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.error.FormatException;
import quern.formats.Limits;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Arrays in NumPy's format, written, read, and refused. */
class NpyTest {
    private static final List<DType> STORED =
            Arrays.stream(DType.values()).filter(d -> d != DType.BF16 && !d.isPacked()).toList();

    @TempDir Path folder;

    private static byte[] bytes(Tensor t) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            Npy.write(t, out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static Tensor read(byte[] file) {
        return Npy.read(file, "a.npy", Limits.standard());
    }

    /** A file of version 1.0 with the given dictionary and data. */
    private static byte[] file(String dictionary, int... data) {
        int length = dictionary.length();
        StringBuilder s = new StringBuilder("\u0093NUMPY\1\0");
        s.append((char) (length & 0xFF)).append((char) (length >> 8)).append(dictionary);
        Arrays.stream(data).forEach(b -> s.append((char) b));
        return s.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Tensor random(TensorType type, long seed) {
        Tensor t = Tensor.zeros(type);
        java.util.Random r = new java.util.Random(seed);
        for (int i = 0; i < t.elements(); i++) {
            switch (type.dtype().storage()) {
                case FLOAT -> t.floats()[i] = Float.intBitsToFloat(r.nextInt());
                case DOUBLE -> t.doubles()[i] = Double.longBitsToDouble(r.nextLong());
                case BYTE -> t.bytes()[i] = (byte) r.nextInt(type.dtype() == DType.BOOL ? 2 : 256);
                case SHORT -> t.shorts()[i] = (short) r.nextInt();
                case INT -> t.ints()[i] = r.nextInt();
                case LONG -> t.longs()[i] = r.nextLong();
            }
        }
        return t;
    }

    @Provide
    Arbitrary<TensorType> types() {
        Arbitrary<Shape> shapes =
                Arbitraries.integers()
                        .between(0, 4)
                        .array(int[].class)
                        .ofMaxSize(5)
                        .map(dims -> Shape.of(dims));
        return Arbitraries.of(STORED).flatMap(d -> shapes.map(s -> TensorType.of(d, s)));
    }

    @Property(seed = "401", tries = 500)
    void whatIsWrittenIsRead(@ForAll("types") TensorType type, @ForAll long seed) {
        Tensor t = random(type, seed);
        byte[] file = bytes(t);
        assertEquals(t, read(file));
        assertEquals(0, (file.length - t.elements() * (type.dtype().bits() / 8)) % 64);
    }

    @Test
    void writesWhatNumPyWrites() throws IOException {
        Path path = folder.resolve("a.npy");
        Npy.write(Tensor.of(Shape.of(1, 2), 1f, -2), path);
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
        String expected =
                "\u0093NUMPY\1\0\166\0"
                        + header
                        + " ".repeat(128 - 10 - header.length() - 1)
                        + "\n\0\0\u0080?\0\0\0\u00c0";
        assertEquals(expected, new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
        assertEquals(Tensor.of(Shape.of(1, 2), 1f, -2), Npy.read(path));
    }

    @Test
    void shapesAreTuples() {
        TensorType scalar = TensorType.of(DType.S8, Shape.of());
        TensorType one = TensorType.of(DType.S8, Shape.of(3));
        assertTrue(text(bytes(Tensor.zeros(scalar))).contains("'shape': (), }"));
        assertTrue(text(bytes(Tensor.zeros(one))).contains("'shape': (3,), }"));
    }

    private static String text(byte[] file) {
        return new String(file, StandardCharsets.ISO_8859_1);
    }

    @Test
    void fortranOrderIsReadIntoRowMajorOrder() {
        byte[] file =
                file(
                        "{'descr':'|u1','fortran_order':True,'shape':(2,3,2)}",
                        IntStream.range(0, 12).toArray());
        byte[] expected = new byte[12];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 3; j++) {
                for (int k = 0; k < 2; k++) {
                    expected[(i * 3 + j) * 2 + k] = (byte) (i + 2 * j + 6 * k);
                }
            }
        }
        assertArrayEquals(expected, read(file).bytes());
        assertEquals(Shape.of(2, 3, 2), read(file).shape());
        assertEquals(
                0, read(file("{'descr':'|u1','fortran_order':True,'shape':(2,0)}")).elements());
    }

    @Test
    void readsOtherSpellings() {
        Tensor expected = Tensor.of(TensorType.of(DType.S8, Shape.of(2)), (byte) 5, (byte) -1);
        for (String dictionary :
                List.of(
                        "{\"shape\": (2L,), 'fortran_order':False, 'descr': '<i1'}  \n",
                        " {'descr': '|i1', 'fortran_order': False, 'shape': (2,)}",
                        "{'descr': '|i1','fortran_order':True,'shape':(2),}")) {
            assertEquals(expected, read(file(dictionary, 5, 255)));
        }
        byte[] one = file("{'descr': '|i1', 'fortran_order': False, 'shape': (2,)}", 5, 255);
        byte[] two = new byte[one.length + 2];
        System.arraycopy(one, 0, two, 0, 10);
        System.arraycopy(one, 10, two, 12, one.length - 10);
        for (byte version = 2; version <= 3; version++) {
            two[6] = version;
            two[10] = 0;
            two[11] = 0;
            assertEquals(expected, read(two));
        }
    }

    private static Map<String, byte[]> wrong() {
        String good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }";
        Map<String, byte[]> all = new TreeMap<>();
        all.put(
                "offset 0: this is not an .npy file",
                "PK\3\4 zip".getBytes(StandardCharsets.UTF_8));
        all.put("offset 6: .npy version 4.0 is not known", changed(file(good, 0, 0, 0, 0), 6, 4));
        all.put(
                "offset 10: 65535 bytes were expected here",
                changed(changed(file(good), 8, 255), 9, 255));
        all.put("takes 4 bytes, but 3 bytes follow the header", file(good, 0, 0, 0));
        all.put("takes 4 bytes, but 5 bytes follow the header", file(good, 0, 0, 0, 0, 0));
        all.put("element type '>f4' is not supported", file(good.replace('<', '>'), 0, 0, 0, 0));
        all.put("element type '|O' is not supported", file(good.replace("<f4", "|O")));
        all.put(
                "arrays of records are not supported",
                file(good.replace("'<f4'", "[('a', '<f4')]")));
        all.put("True or False was expected", file(good.replace("False", "1")));
        all.put("a dimension of 1 to 10 digits was expected", file(good.replace("(1,)", "(-1,)")));
        all.put("dimension 9999999999 is larger", file(good.replace("(1,)", "(9999999999,)")));
        all.put(
                "has more elements than an array can hold",
                file(good.replace("(1,)", "(2147483647,2147483647)")));
        all.put(
                "bytes of a tensor are more than the limit",
                file(good.replace("(1,)", "(2000000000,)")));
        all.put("more than 16 dimensions", file(good.replace("(1,)", "(" + "1,".repeat(17) + ")")));
        all.put("key shape stands twice", file(good.replace(", }", ", 'shape': ()}")));
        all.put("key strides is not expected", file(good.replace("shape", "strides")));
        all.put("descr, fortran_order and shape are needed", file("{}"));
        all.put("only spaces may follow the dictionary", file(good + "x"));
        all.put("\"{\" was expected", file("['descr']"));
        all.put("this word does not end", file("{'descr"));
        all.put("a BOOL must be 0 or 1, not 2", file(good.replace("<f4", "|b1"), 2));
        return all;
    }

    private static byte[] changed(byte[] file, int at, int value) {
        file[at] = (byte) value;
        return file;
    }

    static Stream<Map.Entry<String, byte[]>> wrongFiles() {
        return wrong().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("wrongFiles")
    void saysWhatIsWrongAndWhere(Map.Entry<String, byte[]> file) {
        FormatException e = assertThrows(FormatException.class, () -> read(file.getValue()));
        assertTrue(
                e.getMessage().contains(file.getKey()),
                () -> "expected: " + file.getKey() + "\nmessage:  " + e.getMessage());
        assertTrue(e.getMessage().startsWith("a.npy, "), e::getMessage);
    }

    @Test
    void typesThatNumPyHasNotAreRefusedBeforeAnythingIsWritten() {
        for (DType d : List.of(DType.BF16, DType.S4, DType.U4)) {
            Path path = folder.resolve(d + ".npy");
            Tensor t = Tensor.zeros(TensorType.of(d, Shape.of(2)));
            assertThrows(FormatException.class, () -> Npy.write(t, path));
            assertTrue(Files.notExists(path));
        }
    }
}

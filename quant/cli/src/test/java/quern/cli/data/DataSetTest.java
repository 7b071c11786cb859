package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static quern.cli.data.DataFiles.bytes;
import static quern.cli.data.DataFiles.floats;
import static quern.cli.data.DataFiles.npy;
import static quern.cli.data.DataFiles.ramp;
import static quern.cli.data.DataFiles.write;
import static quern.cli.data.Refusals.refused;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class DataSetTest {
    private static final Graph ONE = Graphs.of(TensorType.f32(1, 1));

    @TempDir Path temp;

    private static DataSet open(String spec, Graph model, int count, String... options) {
        return DataSet.open(spec, DataOptions.parse(options), model, count);
    }

    private String numbers(int n) {
        return write(temp.resolve("n.npy"), npy("|u1", "(" + n + ", 1)", ramp(n))).toString();
    }

    private List<Integer> chosen(int n, int count, String... options) {
        List<Integer> values = new ArrayList<>();
        try (DataSet data = open(numbers(n), ONE, count, options)) {
            data.inputs().forEach(s -> values.add((int) s.get(0).real(0)));
            assertEquals(values.size(), data.size());
        }
        return values;
    }

    @Test
    void samplesAreEvenlySpaced() {
        assertEquals(List.of(0, 2, 5, 7), chosen(10, DataSet.ALL, "--samples=4"));
        assertEquals(List.of(3, 5, 7), chosen(10, DataSet.ALL, "--samples=3", "--offset=3"));
        assertEquals(List.of(0, 3, 6), chosen(10, 3));
        assertEquals(List.of(0), chosen(10, 3, "--samples=1"));
        assertEquals(List.of(7, 8, 9), chosen(10, DataSet.ALL, "--offset=7"));
        assertEquals(List.of(0, 1, 2, 3, 4), chosen(5, 200));
        assertEquals(List.of(4), chosen(5, 2, "--samples=9", "--offset=4"));
        refused(() -> chosen(5, 2, "--offset=5"), "n.npy", "5 samples", "offset 5");
        refused(() -> chosen(0, 2), "n.npy", "no samples");
    }

    @Test
    void inputsAreOfTheModelsTypeAndRealsAreFloat32() {
        TensorType s8 = TensorType.s8(0.5f, 1, 1, 1);
        try (DataSet data = open(numbers(4), Graphs.of(s8), DataSet.ALL)) {
            assertEquals(List.of(Tensor.of(s8, bytes(7))), data.inputs(3));
            assertEquals(List.of(Tensor.of(Shape.of(1, 1), 3f)), data.reals(3));
            assertNotSame(data.inputs(3).get(0).array(), data.inputs(3).get(0).array());
            assertEquals(temp.resolve("n.npy") + " sample 3", data.name(3));
            assertFalse(data.hasLabels());
        }
    }

    @Test
    void anOpenBatchIsOneSample() {
        Shape open = Shape.of(List.of("N", "1"));
        Graph model = Graphs.of(TensorType.f32(1, 1).withShape(open));
        try (DataSet data = open(numbers(4), model, DataSet.ALL)) {
            assertEquals(Shape.of(1, 1), data.inputs(0).get(0).shape());
        }
        Graph wide = Graphs.of(TensorType.f32(1, 1).withShape(Shape.of(List.of("1", "W"))));
        try (DataSet data = open(numbers(4), wide, DataSet.ALL)) {
            assertEquals(Shape.of(1, 1), data.inputs(0).get(0).shape());
        }
        Path raw = write(temp.resolve("raw/x.bin"), bytes(-2));
        refused(() -> open(raw.getParent().toString(), wide, DataSet.ALL), "input a", "[1,W]");
    }

    @Test
    void aModelCarriesHowItsDataIsRead() {
        Map<String, String> metadata =
                DataOptions.parse("--data-scale=0.25", "--data-zero=2").metadata(Map.of());
        Path file = write(temp.resolve("d/x.bin"), bytes(-2));
        Graph model = Graphs.with(metadata, TensorType.f32(1, 1));
        try (DataSet data = open(file.getParent().toString(), model, DataSet.ALL)) {
            assertEquals(-1, data.inputs(0).get(0).real(0));
        }
    }

    @Test
    void foldersAreReadInTheOrderOfNames() {
        for (String name : List.of("b10.bin", "B2.bin", "b2.bin", ".hidden.bin", "labels.csv")) {
            float value = name.length();
            write(temp.resolve("d").resolve(name), floats(ByteOrder.LITTLE_ENDIAN, value));
        }
        try (DataSet data = open(temp.resolve("d").toString(), ONE, DataSet.ALL)) {
            assertEquals(3, data.size());
            assertEquals("B2.bin", data.name(0));
            assertEquals("b10.bin", data.name(1));
            assertEquals("b2.bin", data.name(2));
            assertEquals(7, data.inputs(1).get(0).real(0));
        }
    }

    @Test
    void foldersOfArraysAndPicturesAreRead() {
        write(temp.resolve("n/a.npy"), npy("<f4", "(1, 1)", floats(ByteOrder.LITTLE_ENDIAN, 5)));
        write(temp.resolve("n/b.npy"), npy("|u1", "(1,)", bytes(6)));
        try (DataSet data = open(temp.resolve("n").toString(), ONE, DataSet.ALL)) {
            assertEquals(5, data.inputs(0).get(0).real(0));
            assertEquals(6, data.inputs(1).get(0).real(0));
        }
        write(temp.resolve("n/c.npy"), npy("<f4", "(2, 1)", floats(ByteOrder.LITTLE_ENDIAN, 5, 6)));
        try (DataSet data = open(temp.resolve("n").toString(), ONE, DataSet.ALL)) {
            refused(() -> data.inputs(2), "c.npy", "[2,1]", "[1,1]", "[1]");
        }
        Pictures.write(temp.resolve("p/a.png"), Pictures.of(1, 0x070707));
        Pictures.write(temp.resolve("p/b.GIF"), Pictures.of(1, 0x090909));
        Graph model = Graphs.of(TensorType.s8(1, -128, 1, 1, 1, 1));
        try (DataSet data =
                open(temp.resolve("p").toString(), model, DataSet.ALL, "--image=1x1:stretch")) {
            assertEquals(-119, data.inputs(1).get(0).code(0));
            assertEquals(9, data.reals(1).get(0).real(0));
        }
    }

    @Test
    void aFileMayBeTheOnlySample() {
        Path file = write(temp.resolve("x.bin"), floats(ByteOrder.LITTLE_ENDIAN, 4));
        try (DataSet data = open(file.toString(), ONE, DataSet.ALL)) {
            assertEquals(1, data.size());
            assertEquals(4, data.inputs(0).get(0).real(0));
        }
    }

    @Test
    void sizesOfBinFilesAreChecked() {
        Path bad = write(temp.resolve("d/b.bin"), ramp(5));
        write(temp.resolve("d/a.bin"), ramp(4));
        String folder = temp.resolve("d").toString();
        refused(() -> open(folder, ONE, DataSet.ALL), bad, "5 bytes", "4 as float32");
        refused(() -> open(folder, ONE, DataSet.ALL, "--data-scale=1"), "a.bin", "1 as int8");
        Graph s8 = Graphs.of(TensorType.s8(1, 0, 1, 5));
        refused(() -> open(folder, s8, DataSet.ALL), "a.bin", "4 bytes", "20 as float32");
        refused(() -> open(folder, s8, DataSet.ALL, "--raw"), "a.bin", "4 bytes", "5 as int8");
        refused(
                () -> open(folder, ONE, DataSet.ALL, "--data-scale=1", "--data-type=int16"),
                "2 as int16");
        write(temp.resolve("d/a.bin"), ramp(5));
        refused(() -> open(folder, s8, DataSet.ALL), "--data-scale");
        try (DataSet data = open(folder, s8, DataSet.ALL, "--raw")) {
            assertEquals(4, data.inputs(0).get(0).code(4));
        }
        write(temp.resolve("c.bin"), new byte[3073]);
        refused(() -> open(temp.resolve("c.bin").toString(), ONE, DataSet.ALL), "cifar:");
    }

    @Test
    void whatIsNotThereIsRefused() throws IOException {
        String none = temp.resolve("none").toString();
        refused(() -> open(none, ONE, DataSet.ALL), none, "no such file or folder");
        refused(() -> open("cifar:" + none, ONE, DataSet.ALL), "no such file or folder");
        Path empty = Files.createDirectory(temp.resolve("empty"));
        refused(() -> open(empty.toString(), ONE, DataSet.ALL), empty, "no samples");
        Path text = DataFiles.text(temp.resolve("x.txt"), "1");
        refused(() -> open(text.toString(), ONE, DataSet.ALL), text, "is no data");
        write(temp.resolve("empty/a.bin"), ramp(4));
        Pictures.write(temp.resolve("empty/b.png"), Pictures.of(1, 0));
        refused(() -> open(empty.toString(), ONE, DataSet.ALL), ".bin files and pictures");
    }

    @Test
    void nanIsFoundWhereItStands() {
        byte[] data = floats(ByteOrder.LITTLE_ENDIAN, 1, Float.NaN);
        String file = write(temp.resolve("x.npy"), npy("<f4", "(2, 1)", data)).toString();
        try (DataSet set = open(file, ONE, DataSet.ALL)) {
            assertEquals(1, set.reals(0).get(0).real(0));
            refused(() -> set.reals(1), file + " sample 1", "NaN", "element 0");
        }
    }

    @Test
    void inputsAreMatchedByStemOrRow() {
        Graph two = Graphs.of(TensorType.f32(1, 1), TensorType.f32(1, 1));
        for (String name : List.of("x", "y")) {
            write(temp.resolve("l").resolve(name + ".bin"), floats(ByteOrder.LITTLE_ENDIAN, 1));
        }
        write(temp.resolve("r/x.npy"), npy("|u1", "(1, 1)", bytes(10)));
        write(temp.resolve("r/y.npy"), npy("|u1", "(1, 1)", bytes(20)));
        String spec = "b=" + temp.resolve("r") + "," + temp.resolve("l");
        try (DataSet data = open(spec, two, DataSet.ALL, "--offset=1")) {
            assertEquals("y.bin", data.name(0));
            assertEquals(1, data.inputs(0).get(0).real(0));
            assertEquals(20, data.inputs(0).get(1).real(0));
        }
        try (DataSet data = open(temp.resolve("l") + "," + numbers(2), two, DataSet.ALL)) {
            assertEquals(1, data.inputs(1).get(1).real(0));
        }
        refused(
                () -> open(temp.resolve("l") + "," + numbers(3), two, DataSet.ALL),
                "3 samples",
                "has 2");
        write(temp.resolve("z/x.bin"), floats(ByteOrder.LITTLE_ENDIAN, 1));
        write(temp.resolve("z/w.bin"), floats(ByteOrder.LITTLE_ENDIAN, 1));
        refused(
                () -> open(temp.resolve("l") + "," + temp.resolve("z"), two, DataSet.ALL),
                temp.resolve("z"),
                "go with y.bin");
    }

    @Test
    void labelsBelongToFilesOrRows() {
        write(temp.resolve("d/x.bin"), floats(ByteOrder.LITTLE_ENDIAN, 1));
        write(temp.resolve("d/y.bin"), floats(ByteOrder.LITTLE_ENDIAN, 1));
        Path csv = DataFiles.text(temp.resolve("l.csv"), "y.bin,9\nother,1\nx.bin,4\n");
        Labels labels = Labels.read(csv.toString());
        try (DataSet data = open(temp.resolve("d").toString(), ONE, DataSet.ALL)) {
            DataSet labelled = data.labelled(labels);
            assertTrue(labelled.hasLabels());
            assertEquals(OptionalInt.of(4), labelled.label(0));
            assertEquals(OptionalInt.of(9), labelled.label(1));
            Path short1 = DataFiles.text(temp.resolve("s.csv"), "x.bin,4\n");
            refused(
                    () -> data.labelled(Labels.read(short1.toString())),
                    "s.csv",
                    "no label for y.bin");
        }
        try (DataSet data = open(numbers(3), ONE, DataSet.ALL, "--offset=2")) {
            assertEquals(OptionalInt.of(4), data.labelled(labels).label(0));
        }
        try (DataSet data = open(numbers(4), ONE, DataSet.ALL)) {
            refused(() -> data.labelled(labels), "l.csv", "3 labels", "4 samples");
        }
    }

    @Test
    void theModelsRoundingDecidesTies() {
        TensorType s8 = TensorType.s8(2, 0, 1, 1);
        Graph even = Graphs.of(RoundingMode.FLOAT_EVEN, Map.of(), s8);
        try (DataSet a = open(numbers(2), Graphs.of(s8), DataSet.ALL);
                DataSet b = open(numbers(2), even, DataSet.ALL)) {
            assertEquals(1, a.inputs(1).get(0).code(0));
            assertEquals(0, b.inputs(1).get(0).code(0));
        }
    }
}

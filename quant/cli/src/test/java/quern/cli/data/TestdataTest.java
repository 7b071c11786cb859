package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import quern.tensor.TensorType;

/** The readers on the project's own evidence. */
class TestdataTest {
    private static final Path DATA = Path.of(System.getProperty("quern.testdata"), "data");

    private static String file(String name) {
        return DATA.resolve(name).toString();
    }

    @Test
    void calibrationAndTestImagesAreReadAsCodes() {
        TensorType type = TensorType.s8(1, -128, 1, 28, 28, 1);
        try (DataSet calibration =
                        DataSet.open(
                                file("fashion-calibration-images-idx3-ubyte.gz"),
                                DataOptions.parse(),
                                Graphs.of(type),
                                200);
                DataSet test =
                        DataSet.open(
                                file("fashion-test-images-idx3-ubyte.gz"),
                                DataOptions.parse(),
                                Graphs.of(type),
                                DataSet.ALL)) {
            assertEquals(200, calibration.size());
            assertEquals(1000, test.size());
            DataSet labelled =
                    test.labelled(Labels.read(file("fashion-test-labels-idx1-ubyte.gz")));
            int[] counts = new int[10];
            for (int i = 0; i < labelled.size(); i++) {
                counts[labelled.label(i).orElseThrow()]++;
                int code = labelled.inputs(i).get(0).code(28 * 14 + 14);
                assertEquals(labelled.reals(i).get(0).real(28 * 14 + 14), code + 128);
            }
            assertArrayEquals(new int[] {107, 105, 111, 93, 115, 87, 97, 95, 95, 95}, counts);
        }
    }
}

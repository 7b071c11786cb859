package quern.cli.embedding;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import quern.cli.house.Modules;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** The images and labels in {@code testdata}, read without any code of the command. */
final class FashionImages {
    private static final int HEADER = 16;
    private static final int LABEL_HEADER = 8;
    private static final int PIXELS = 28 * 28;

    private FashionImages() {}

    static Path model() {
        return testdata().resolve("models/fashion_cnn_float.qrn");
    }

    static Path testdata() {
        return Modules.root().resolve("testdata");
    }

    /** Pixels from 0 to 255 as F32 tensors, some of the calibration images. */
    static List<List<Tensor>> calibration(int count) throws IOException {
        byte[] file = read("fashion-calibration-images-idx3-ubyte.gz");
        return IntStream.range(0, count).mapToObj(i -> List.of(image(file, i))).toList();
    }

    /** A test image. */
    static Tensor test(int index) throws IOException {
        return image(read("fashion-test-images-idx3-ubyte.gz"), index);
    }

    /** The label of a test image. */
    static int label(int index) throws IOException {
        return read("fashion-test-labels-idx1-ubyte.gz")[LABEL_HEADER + index];
    }

    private static Tensor image(byte[] file, int index) {
        float[] pixels = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            pixels[i] = file[HEADER + index * PIXELS + i] & 0xFF;
        }
        return Tensor.of(Shape.of(1, 28, 28, 1), pixels);
    }

    private static byte[] read(String name) throws IOException {
        Path file = testdata().resolve("data").resolve(name);
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return in.readAllBytes();
        }
    }
}

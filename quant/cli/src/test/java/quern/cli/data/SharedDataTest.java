package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The readers on real data sets beside the repository. */
@EnabledIf("isThere")
class SharedDataTest {
    private static final Path DATA = Path.of(System.getProperty("quern.shared", ""), "data");

    static boolean isThere() {
        return Files.isDirectory(DATA);
    }

    private static DataSet open(String spec, TensorType type, int count, String... options) {
        return DataSet.open(spec, DataOptions.parse(options), Graphs.of(type), count);
    }

    private static int[] counts(DataSet data, int classes) {
        int[] counts = new int[classes];
        IntStream.range(0, data.size()).forEach(i -> counts[data.label(i).orElseThrow()]++);
        return counts;
    }

    @Test
    void cifar() throws IOException {
        Path file = DATA.resolve("cifar10/test_0000_0499.bin");
        byte[] bytes = Files.readAllBytes(file);
        TensorType type = TensorType.s8(1, -128, 1, 32, 32, 3);
        try (DataSet data = open("cifar:" + file, type, DataSet.ALL)) {
            assertEquals(500, data.size());
            for (int i : new int[] {0, 1, 250, 499}) {
                assertEquals(OptionalInt.of(bytes[3073 * i]), data.label(i));
                Tensor t = data.inputs(i).get(0);
                for (int p = 0; p < 3072; p++) {
                    int pixel = bytes[3073 * i + 1 + p % 3 * 1024 + p / 3] & 0xFF;
                    assertEquals(pixel - 128, t.code(p));
                    assertEquals(pixel, data.reals(i).get(0).real(p));
                }
            }
        }
    }

    @Test
    void keywords() throws IOException {
        Path folder = DATA.resolve("kws01");
        TensorType type = TensorType.s8(0.58470291f, 83, 1, 49, 10, 1);
        Labels labels = Labels.read(folder.resolve("y_labels.csv").toString(), "");
        String[] scaled = {"--data-scale=0.58470291", "--data-zero=83"};
        try (DataSet data = open(folder.toString(), type, DataSet.ALL, scaled).labelled(labels);
                DataSet raw = open(folder.toString(), type, DataSet.ALL, "--raw")) {
            assertEquals(500, data.size());
            for (int i = 0; i < data.size(); i++) {
                String name = data.name(i);
                String number = name.replaceAll(".*_(\\d+)\\.bin", "$1");
                assertEquals(Integer.parseInt(number), data.label(i).orElseThrow(), name);
                byte[] codes = Files.readAllBytes(folder.resolve(name));
                assertArrayEquals(codes, data.inputs(i).get(0).bytes(), name);
                assertEquals(raw.inputs(i), data.inputs(i), name);
                assertEquals(raw.reals(i), data.reals(i), name);
            }
        }
    }

    @Test
    void digits() {
        Path folder = DATA.resolve("mnist");
        Labels labels = Labels.read(folder.resolve("t10k-labels-idx1-ubyte.gz").toString(), "");
        String images = folder.resolve("t10k-images-idx3-ubyte.gz").toString();
        TensorType type = TensorType.f32(1, 28, 28, 1);
        try (DataSet data = open(images, type, DataSet.ALL).labelled(labels)) {
            assertEquals(10_000, data.size());
            assertArrayEquals(
                    new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009},
                    counts(data, 10));
            assertEquals(7, data.label(0).orElseThrow());
        }
        try (DataSet data = open(images, type, 200)) {
            double sum = 0;
            for (int i = 0; i < data.size(); i++) {
                Tensor t = data.inputs(i).get(0);
                for (int p = 0; p < t.elements(); p++) {
                    sum += t.real(p);
                }
            }
            assertEquals(200, data.size());
            assertEquals(33.3, sum / 200 / 784, 2, "mean of MNIST is 33.3");
        }
    }

    @Test
    void classesOfPhotos() {
        Path folder = DATA.resolve("imagenet_sample");
        String csv = folder.resolve("labels.csv").toString();
        TensorType type = Graphs.quantized(DType.U8, 0.0078125f, 128, 1, 224, 224, 3);
        String[] options = {"--image=224x224:crop", "--mean=127.5", "--std=127.5", "--samples=20"};
        try (DataSet data = open(folder.toString(), type, DataSet.ALL, options)) {
            DataSet last = data.labelled(Labels.read(csv));
            DataSet named = data.labelled(Labels.read(csv, "class_index_0_999"));
            assertEquals(20, data.size());
            for (int i = 0; i < data.size(); i++) {
                assertEquals(last.label(i).orElseThrow(), named.label(i).orElseThrow() + 1);
                float[] reals = data.reals(i).get(0).floats();
                for (float real : reals) {
                    assertTrue(real >= -1 && real <= 1, data.name(i));
                }
            }
        }
    }

    @Test
    void letterboxedPhoto() throws IOException {
        Path folder = DATA.resolve("coco/val2017/images");
        TensorType type = TensorType.f32(1, 3, 416, 416);
        String[] options = {"--image=416x416:letterbox", "--channels=bgr", "--samples=1"};
        try (DataSet data = open(folder.toString(), type, DataSet.ALL, options)) {
            assertEquals("000000000139.jpg", data.name(0));
            BufferedImage image = ImageIO.read(folder.resolve("000000000139.jpg").toFile());
            assertEquals(640, image.getWidth());
            assertEquals(426, image.getHeight());
            Tensor t = data.inputs(0).get(0);
            assertEquals(Shape.of(1, 3, 416, 416), t.shape());
            int top = 69;
            int height = 277;
            for (int y : new int[] {0, 68, 69, 70, 200, 345, 346, 415}) {
                for (int x : new int[] {0, 1, 207, 415}) {
                    for (int c = 0; c < 3; c++) {
                        boolean inside = y >= top && y < top + height;
                        double py = (y - top + 0.5) * 426 / height - 0.5;
                        double px = (x + 0.5) * 640 / 416 - 0.5;
                        double expected = inside ? pixel(image, py, px, 2 - c) : 114;
                        assertEquals(expected, t.real((c * 416 + y) * 416 + x), 1e-3);
                    }
                }
            }
        }
    }

    @Test
    void aPhotoResampledByAnotherProgram() throws IOException {
        Path shared = DATA.getParent();
        Path golden = shared.resolve("models/golden/mobilenet_v1_0.25_224_quant/in_0.bin");
        byte[] expected = Files.readAllBytes(golden);
        TensorType type = Graphs.quantized(DType.U8, 1, 0, 1, 224, 224, 3);
        String photo = DATA.resolve("images/dog.jpg").toString();
        String[] options = {"--image=224x224:stretch", "--antialias"};
        try (DataSet data = open(photo, type, DataSet.ALL, options)) {
            Tensor t = data.inputs(0).get(0);
            assertEquals(expected.length, t.elements());
            double sum = 0;
            for (int i = 0; i < expected.length; i++) {
                sum += Math.abs((expected[i] & 0xFF) - t.code(i));
            }
            // Decoders of JPEG differ by a few steps from one JDK to another.
            assertEquals(0, sum / expected.length, 1);
        }
    }

    private static double pixel(BufferedImage image, double y, double x, int c) {
        int y0 = (int) Math.max(0, Math.floor(y));
        int x0 = (int) Math.max(0, Math.floor(x));
        int y1 = Math.min(image.getHeight() - 1, y0 + 1);
        int x1 = Math.min(image.getWidth() - 1, x0 + 1);
        double fy = Math.max(0, y) - y0;
        double fx = Math.max(0, x) - x0;
        int shift = 16 - 8 * c;
        double above =
                (1 - fx) * (image.getRGB(x0, y0) >> shift & 0xFF)
                        + fx * (image.getRGB(x1, y0) >> shift & 0xFF);
        double below =
                (1 - fx) * (image.getRGB(x0, y1) >> shift & 0xFF)
                        + fx * (image.getRGB(x1, y1) >> shift & 0xFF);
        return (1 - fy) * above + fy * below;
    }
}

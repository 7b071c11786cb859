package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static quern.cli.data.DataFiles.gzip;
import static quern.cli.data.DataFiles.ramp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import quern.error.FormatException;
import quern.tensor.TensorType;

/** A file with bytes changed, or cut off, is read or refused with a sentence, and nothing else. */
class DamagedFilesTest {
    private static final ModelInput INPUT = Graphs.input(TensorType.f32(1, 2, 3));
    private static Path folder;

    @BeforeContainer
    static void make() throws IOException {
        folder = Files.createTempDirectory("damaged");
    }

    @AfterContainer
    static void delete() throws IOException {
        for (String name :
                new String[] {"x.npy", "x.idx", "x.idx.gz", "x.csv", "x.png", "x.gif", "x.jpg"}) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
    }

    private record Damage(int at, int value, int cut) {
        byte[] of(byte[] file) {
            byte[] damaged = Arrays.copyOf(file, cut < file.length ? cut : file.length);
            if (damaged.length > 0) {
                damaged[at % damaged.length] = (byte) value;
            }
            return damaged;
        }
    }

    @Provide
    Arbitrary<Damage> damage() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 1000),
                        Arbitraries.integers().between(0, 255),
                        Arbitraries.integers().between(0, 1000))
                .as(Damage::new);
    }

    private static void check(String name, byte[] file, Damage damage, Consumer<Path> reader) {
        Path path = DataFiles.write(folder.resolve(name), damage.of(file));
        try {
            reader.accept(path);
        } catch (FormatException e) {
            assertEquals(-1, e.getMessage().indexOf('\n'), e.getMessage());
        }
    }

    private static void readAll(Source source) {
        try (source) {
            for (int i = 0; i < source.size(); i++) {
                assertEquals(6, source.read(i).elements());
            }
        }
    }

    @Property(seed = "20250101", tries = 500)
    void npy(@ForAll("damage") Damage d) {
        byte[] file = DataFiles.npy("<i2", "(2, 2, 3)", ramp(24));
        check("x.npy", file, d, path -> readAll(new NpySource(path, INPUT)));
    }

    @Property(seed = "20250102", tries = 500)
    void idx(@ForAll("damage") Damage d) {
        Preprocessing how = DataOptions.parse().preprocessing(Map.of());
        byte[] file = DataFiles.idx(0x0B, ramp(24), 2, 2, 3);
        check("x.idx", file, d, path -> readAll(new IdxSource(path, INPUT, how)));
        check("x.idx.gz", gzip(file), d, path -> readAll(new IdxSource(path, INPUT, how)));
    }

    @Property(seed = "20250103", tries = 500)
    void csv(@ForAll("damage") Damage d) {
        String text = "file,\"the \"\"class\"\"\"\r\na.png,3\nb.png,\"4\"\n";
        byte[] file = text.getBytes(StandardCharsets.UTF_8);
        check("x.csv", file, d, path -> Labels.read(path.toString()));
    }

    @Property(seed = "20250104", tries = 300)
    void pictures(@ForAll("damage") Damage d) throws IOException {
        for (String format : new String[] {"png", "gif", "jpg"}) {
            Path good = folder.resolve("x." + format);
            ImageIO.write(Pictures.random(7, 5, 1), format, good.toFile());
            check(
                    "x." + format,
                    Files.readAllBytes(good),
                    d,
                    path -> {
                        Picture picture = Picture.read(path);
                        int[] row = new int[3 * picture.width()];
                        for (int y = 0; y < picture.height(); y++) {
                            picture.row(y, row);
                        }
                    });
        }
    }
}

package quern.cli.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Makes pictures for tests. */
final class Pictures {
    private Pictures() {}

    /** Pixels 0xRRGGBB, row by row. */
    static BufferedImage of(int width, int... pixels) {
        BufferedImage image =
                new BufferedImage(width, pixels.length / width, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, width, pixels.length / width, pixels, 0, width);
        return image;
    }

    static BufferedImage random(int width, int height, long seed) {
        return of(width, new Random(seed).ints((long) width * height, 0, 1 << 24).toArray());
    }

    static Path write(Path file, BufferedImage image) {
        String name = file.getFileName().toString();
        try {
            Files.createDirectories(file.getParent());
            if (!ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile())) {
                throw new IllegalArgumentException("no writer for " + name);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

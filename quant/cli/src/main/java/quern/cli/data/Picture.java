package quern.cli.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import quern.error.FormatException;

/**
 * A decoded picture, given out as 8-bit red, green and blue.
 *
 * <p>Samples are taken as they are stored: colour profiles and the camera's orientation mark are
 * not applied, transparency is dropped, deeper samples are scaled to 8 bits, of an animation the
 * first frame counts.
 */
final class Picture {
    /** Numbers a pixel has in a row: red, green, blue. */
    static final int COMPONENTS = 3;

    /** Most pixels that are decoded. */
    static final long LARGEST = 64L << 20;

    private final BufferedImage image;
    private final int bands;
    private final int bits;
    private final int[] samples;

    private Picture(BufferedImage image) {
        this.image = image;
        this.bands = isPlain(image.getColorModel()) ? image.getRaster().getNumBands() : 0;
        this.bits = bands == 0 ? 8 : image.getColorModel().getComponentSize(0);
        this.samples = new int[image.getWidth() * Math.max(1, bands)];
    }

    /** Samples of the raster are grey or red, green, blue in this order, so need no conversion. */
    private static boolean isPlain(ColorModel model) {
        int type = model.getColorSpace().getType();
        return model instanceof ComponentColorModel
                && (model.getTransferType() == DataBuffer.TYPE_BYTE
                        || model.getTransferType() == DataBuffer.TYPE_USHORT)
                && (type == ColorSpace.TYPE_GRAY || type == ColorSpace.TYPE_RGB);
    }

    /** What is read of an open file. */
    private interface Part<T> {
        T of(ImageReader reader) throws IOException;
    }

    /** Decodes a file by its content; its size is checked first. */
    static Picture read(Path file) {
        return read(file, reader -> new Picture(decode(file, reader)));
    }

    /** Height and width, as the beginning of a file tells them. */
    static int[] size(Path file) {
        return read(file, reader -> new int[] {reader.getHeight(0), reader.getWidth(0)});
    }

    private static <T> T read(Path file, Part<T> part) {
        if (!Files.isReadable(file)) {
            throw new FormatException(file.toString(), "cannot be read");
        }
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new FormatException(file.toString(), "is no picture of a known format");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return part.of(reader);
            } finally {
                reader.dispose();
            }
        } catch (FormatException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            FormatException failure =
                    new FormatException(
                            file.toString(), "cannot be decoded as a picture: " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    private static BufferedImage decode(Path file, ImageReader reader) throws IOException {
        long height = reader.getHeight(0);
        long width = reader.getWidth(0);
        if (height * width > LARGEST) {
            throw new FormatException(
                    file.toString(),
                    "is a picture of "
                            + height
                            + "x"
                            + width
                            + " pixels; "
                            + LARGEST
                            + " pixels is the limit");
        }
        AtomicBoolean truncated = new AtomicBoolean();
        reader.addIIOReadWarningListener(
                (source, warning) -> {
                    if (warning.contains("remature end")) {
                        truncated.set(true);
                    }
                });
        BufferedImage image = reader.read(0);
        if (truncated.get()) {
            throw new FormatException(file.toString(), "is a picture whose data ends too early");
        }
        return image;
    }

    int height() {
        return image.getHeight();
    }

    int width() {
        return image.getWidth();
    }

    /** Fills {@code rgb} with the components of row {@code y}, each 0 to 255. */
    void row(int y, int[] rgb) {
        if (bands == 0) {
            packedRow(y, rgb);
            return;
        }
        image.getRaster().getPixels(0, y, width(), 1, samples);
        boolean grey = bands < COMPONENTS;
        for (int x = 0; x < width(); x++) {
            for (int c = 0; c < COMPONENTS; c++) {
                int sample = samples[x * bands + (grey ? 0 : c)];
                rgb[x * COMPONENTS + c] = bits == 8 ? sample : to8Bits(sample);
            }
        }
    }

    private void packedRow(int y, int[] rgb) {
        image.getRGB(0, y, width(), 1, samples, 0, width());
        for (int x = 0; x < width(); x++) {
            rgb[x * COMPONENTS] = samples[x] >> 16 & 0xFF;
            rgb[x * COMPONENTS + 1] = samples[x] >> 8 & 0xFF;
            rgb[x * COMPONENTS + 2] = samples[x] & 0xFF;
        }
    }

    private int to8Bits(int sample) {
        long most = (1L << bits) - 1;
        return (int) ((sample * 255L + most / 2) / most);
    }

    /** Luma of ITU-R BT.601, in 16-bit fixed point; equal components stay as they are. */
    static int grey(int red, int green, int blue) {
        return (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
    }
}

package quern.formats.npy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import quern.error.FormatException;
import quern.formats.AtomicFile;
import quern.formats.Limits;
import quern.formats.io.ByteSource;
import quern.formats.io.FileBytes;
import quern.formats.io.TensorBytes;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Reads and writes {@code .npy} files (NumPy format versions 1, 2 and 3) with little-endian
 * elements. Arrays in Fortran order are read into C order. Stateless.
 */
public final class Npy {
    private static final String MAGIC = "\u0093NUMPY";
    private static final int MAGIC_BYTES = 6;
    private static final int MINOR_AT = 7;
    private static final int LENGTH_AT = 8;
    private static final int ALIGNMENT = 64;
    private static final int MAX_SHORT_HEADER = 0xFFFF;

    private Npy() {}

    /**
     * Reads a file within the {@linkplain Limits#standard() standard limits}.
     *
     * @throws IOException if the file cannot be read
     * @throws FormatException with the place if it is no array of a type that Quern has
     */
    public static Tensor read(Path path) throws IOException {
        return read(path, Limits.standard());
    }

    /**
     * Reads a file within the given limits.
     *
     * @throws IOException if the file cannot be read
     * @throws FormatException with the place if it is no array of a type that Quern has
     */
    public static Tensor read(Path path, Limits limits) throws IOException {
        return read(FileBytes.read(path, limits.fileBytes()), path.toString(), limits);
    }

    /**
     * Reads an array from memory.
     *
     * @param bytes the content of a file, not changed and not kept
     * @param fileName for error messages
     * @throws FormatException with the place if it is no array of a type that Quern has
     */
    public static Tensor read(byte[] bytes, String fileName, Limits limits) {
        try {
            return read(new ByteSource(bytes), limits);
        } catch (FormatException e) {
            throw e.within(fileName);
        }
    }

    /**
     * Reads what a file says about its array, without the elements.
     *
     * @throws IOException if the file cannot be read
     * @throws FormatException with the place if it is no array of a type that Quern has
     */
    public static NpyHeader header(Path path) throws IOException {
        Limits limits = Limits.standard();
        try (InputStream in = Files.newInputStream(path)) {
            byte[] start = in.readNBytes(LENGTH_AT + 4);
            byte[] rest = in.readNBytes((int) dictionaryLength(new ByteSource(start), limits));
            byte[] bytes = Arrays.copyOf(start, start.length + rest.length);
            System.arraycopy(rest, 0, bytes, start.length, rest.length);
            return header(new ByteSource(bytes), limits);
        } catch (FormatException e) {
            throw e.within(path.toString());
        }
    }

    private static Tensor read(ByteSource in, Limits limits) {
        return elements(in, header(in, limits), limits);
    }

    private static NpyHeader header(ByteSource in, Limits limits) {
        long length = dictionaryLength(in, limits);
        long at = LENGTH_AT + (in.u8(MAGIC_BYTES) == 1 ? 2 : 4);
        in.require(at, length);
        return NpyHeader.parse(in.utf8(at, length), at);
    }

    private static long dictionaryLength(ByteSource in, Limits limits) {
        for (int i = 0; i < MAGIC_BYTES; i++) {
            if (i >= in.size() || in.u8(i) != MAGIC.charAt(i)) {
                throw new FormatException("offset 0", "this is not an .npy file");
            }
        }
        int version = in.u8(MAGIC_BYTES);
        if (version < 1 || version > 3 || in.u8(MINOR_AT) != 0) {
            throw new FormatException(
                    "offset " + MAGIC_BYTES,
                    ".npy version " + version + "." + in.u8(MINOR_AT) + " is not known");
        }
        long length = version == 1 ? in.u16(LENGTH_AT) : in.u32(LENGTH_AT);
        Limits.require(length, limits.headerBytes(), "offset " + LENGTH_AT, "bytes of the header");
        return length;
    }

    private static Tensor elements(ByteSource in, NpyHeader header, Limits limits) {
        long at = header.length();
        TensorType type = TensorType.of(header.dtype(), header.shape());
        long size = TensorBytes.size(type);
        Limits.require(size, limits.tensorBytes(), "offset " + at, "bytes of a tensor");
        if (size != in.size() - at) {
            throw new FormatException(
                    "offset " + at,
                    type
                            + " takes "
                            + size
                            + " bytes, but "
                            + (in.size() - at)
                            + " bytes follow the header");
        }
        Tensor stored = TensorBytes.read(in, at, type);
        return header.fortranOrder() ? rowMajor(stored) : stored;
    }

    /** The elements of an array that is stored with the first axis fastest. */
    private static Tensor rowMajor(Tensor stored) {
        Shape shape = stored.shape();
        Tensor result = Tensor.zeros(stored.type());
        int[] index = new int[shape.rank()];
        for (int i = 0; i < stored.elements(); i++) {
            int to = 0;
            for (int axis = 0; axis < index.length; axis++) {
                to = to * shape.dim(axis) + index[axis];
            }
            System.arraycopy(stored.array(), i, result.array(), to, 1);
            for (int axis = 0; axis < index.length && ++index[axis] == shape.dim(axis); axis++) {
                index[axis] = 0;
            }
        }
        return result;
    }

    /**
     * Writes a tensor as version 1.0 (2.0 if the header needs it); quantized tensors as their
     * codes. The file is written beside its place and moved there when it is complete.
     *
     * @throws IOException if the file cannot be written
     * @throws FormatException if NumPy has no such element type (BF16, S4, U4)
     */
    public static void write(Tensor tensor, Path path) throws IOException {
        byte[] header = header(tensor);
        AtomicFile.write(
                path,
                out -> {
                    out.write(header);
                    TensorBytes.write(tensor, out);
                });
    }

    /**
     * Writes a tensor to a stream, which stays open.
     *
     * @throws FormatException if NumPy has no such element type (BF16, S4, U4)
     */
    public static void write(Tensor tensor, OutputStream out) throws IOException {
        out.write(header(tensor));
        TensorBytes.write(tensor, out);
    }

    private static byte[] header(Tensor tensor) {
        String dictionary = NpyHeader.print(tensor.dtype(), tensor.shape());
        boolean wide = dictionary.length() + ALIGNMENT > MAX_SHORT_HEADER;
        int before = LENGTH_AT + (wide ? 4 : 2);
        int end = (before + dictionary.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        StringBuilder text = new StringBuilder(MAGIC);
        text.append((char) (wide ? 2 : 1)).append((char) 0);
        for (int i = 0, length = end - before; i < (wide ? 4 : 2); i++, length >>= 8) {
            text.append((char) (length & 0xFF));
        }
        text.append(dictionary).append(" ".repeat(end - text.length() - 1)).append('\n');
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}

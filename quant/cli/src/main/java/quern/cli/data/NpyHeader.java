package quern.cli.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import quern.error.FormatException;
import quern.error.ShapeException;
import quern.tensor.DType;
import quern.tensor.Shape;

/**
 * What a {@code .npy} file says about its array (NumPy Enhancement Proposal 1, versions 1 to 3).
 *
 * @param dtype of the elements
 * @param order of their bytes
 * @param shape of the whole array, C order
 * @param length bytes before the first element
 */
record NpyHeader(DType dtype, ByteOrder order, Shape shape, int length) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST = 1 << 16;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([<>|=])([a-z]\\d+)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\s]*)\\)");
    private static final Map<String, DType> TYPES =
            Map.ofEntries(
                    Map.entry("f4", DType.F32),
                    Map.entry("f8", DType.F64),
                    Map.entry("i1", DType.S8),
                    Map.entry("u1", DType.U8),
                    Map.entry("i2", DType.S16),
                    Map.entry("u2", DType.U16),
                    Map.entry("i4", DType.S32),
                    Map.entry("u4", DType.U32),
                    Map.entry("i8", DType.S64),
                    Map.entry("u8", DType.U64),
                    Map.entry("b1", DType.BOOL));

    static NpyHeader read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file, new DataInputStream(in));
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
    }

    private static NpyHeader read(Path file, DataInputStream in) throws IOException {
        byte[] start = in.readNBytes(8);
        if (start.length < 8 || !Arrays.equals(MAGIC, Arrays.copyOf(start, MAGIC.length))) {
            throw refused(file, "is no .npy file: it does not begin with the magic bytes");
        }
        boolean wide = start[6] > 1;
        if (start[6] < 1 || start[6] > 3) {
            throw refused(file, "has .npy version " + start[6] + ", known are 1 to 3");
        }
        int length =
                wide
                        ? Integer.reverseBytes(in.readInt())
                        : Short.reverseBytes(in.readShort()) & 0xFFFF;
        if (length < 0 || length > LONGEST) {
            throw refused(file, "has a header of " + length + " bytes; 65536 is the limit");
        }
        byte[] text = new byte[length];
        in.readFully(text);
        int before = MAGIC.length + 2 + (wide ? 4 : 2);
        return parse(file, new String(text, StandardCharsets.ISO_8859_1), before + length);
    }

    private static NpyHeader parse(Path file, String text, int length) {
        Matcher descr = DESCR.matcher(text);
        Matcher fortran = FORTRAN.matcher(text);
        Matcher dims = SHAPE.matcher(text);
        if (!fortran.find() || !dims.find()) {
            throw refused(file, "has a .npy header without fortran_order or shape");
        }
        Optional<DType> dtype =
                descr.find() ? Optional.ofNullable(TYPES.get(descr.group(2))) : Optional.empty();
        if (dtype.isEmpty()) {
            throw refused(
                    file,
                    "holds elements of a type that is not read: save them as float32, float64,"
                            + " bool or integers");
        }
        Shape shape = shape(file, dims.group(1));
        if (fortran.group(1).equals("True") && shape.rank() > 1) {
            throw refused(file, "is in Fortran order: save it in C order");
        }
        ByteOrder order =
                descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new NpyHeader(dtype.orElseThrow(), order, shape, length);
    }

    private static Shape shape(Path file, String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(",")) {
            if (!word.isBlank()) {
                words.add(word.trim());
            }
        }
        try {
            return Shape.of(words);
        } catch (ShapeException e) {
            throw e.within(file.toString());
        }
    }

    private static FormatException refused(Path file, String problem) {
        return new FormatException(file.toString(), problem);
    }
}

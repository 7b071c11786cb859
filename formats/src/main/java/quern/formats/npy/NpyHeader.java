package quern.formats.npy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import quern.error.FormatException;
import quern.error.ShapeException;
import quern.tensor.DType;
import quern.tensor.Shape;

/**
 * What an {@code .npy} file says about its array, in a Python literal with the keys descr,
 * fortran_order and shape.
 *
 * @param dtype of the elements, little-endian
 * @param fortranOrder whether the first axis is the fastest
 * @param shape of the array
 * @param length bytes of the file before the first element
 */
public record NpyHeader(DType dtype, boolean fortranOrder, Shape shape, long length) {
    private static final int MAX_DIGITS = 10;

    /**
     * Parses the text.
     *
     * @param at offset of the text in the file
     */
    static NpyHeader parse(String text, long at) {
        return new Parser(text, at).dictionary();
    }

    /** The dictionary as NumPy writes it. */
    static String print(DType dtype, Shape shape) {
        StringBuilder dims = new StringBuilder();
        for (int i = 0; i < shape.rank(); i++) {
            dims.append(i == 0 ? "" : " ").append(shape.dim(i)).append(',');
        }
        if (shape.rank() > 1) {
            dims.setLength(dims.length() - 1);
        }
        return "{'descr': '"
                + descr(dtype)
                + "', 'fortran_order': False, 'shape': ("
                + dims
                + "), }";
    }

    private static String descr(DType dtype) {
        if (dtype == DType.BF16 || dtype.isPacked()) {
            throw new FormatException(
                    "", "an .npy file cannot hold elements of type " + dtype + "; convert them");
        }
        if (dtype == DType.BOOL) {
            return "|b1";
        }
        int bytes = dtype.bits() / 8;
        String kind = dtype.isFloat() ? "f" : dtype.isSigned() ? "i" : "u";
        return (bytes == 1 ? "|" : "<") + kind + bytes;
    }

    private static final class Parser {
        private final String text;
        private final long base;
        private int at;

        Parser(String text, long base) {
            this.text = text;
            this.base = base;
        }

        NpyHeader dictionary() {
            List<DType> dtype = new ArrayList<>();
            List<Boolean> fortran = new ArrayList<>();
            List<Shape> shape = new ArrayList<>();
            Set<String> keys = new HashSet<>();
            mark('{');
            while (peek() != '}') {
                String key = string();
                if (!keys.add(key)) {
                    throw error("key " + key + " stands twice");
                }
                mark(':');
                switch (key) {
                    case "descr" -> dtype.add(dtype());
                    case "fortran_order" -> fortran.add(truth());
                    case "shape" -> shape.add(shape());
                    default -> throw error("key " + key + " is not expected");
                }
                if (peek() != '}') {
                    mark(',');
                }
            }
            mark('}');
            if (peek() != 0 || at < text.length()) {
                throw error("only spaces may follow the dictionary");
            }
            if (keys.size() != 3) {
                throw error("descr, fortran_order and shape are needed");
            }
            long end = base + text.getBytes(StandardCharsets.UTF_8).length;
            return new NpyHeader(dtype.get(0), fortran.get(0), shape.get(0), end);
        }

        private DType dtype() {
            if (peek() == '[') {
                throw error("arrays of records are not supported");
            }
            String descr = string();
            for (DType d : DType.values()) {
                if (d != DType.BF16 && !d.isPacked()) {
                    String name = descr(d);
                    boolean byteOrderIsFree = name.startsWith("|");
                    if (name.equals(descr)
                            || byteOrderIsFree && descr.equals("<" + name.substring(1))) {
                        return d;
                    }
                }
            }
            throw error(
                    "element type '"
                            + descr
                            + "' is not supported; numbers must be little-endian, of 1, 2, 4 or 8 bytes");
        }

        private boolean truth() {
            peek();
            for (String word : List.of("True", "False")) {
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return word.equals("True");
                }
            }
            throw error("True or False was expected");
        }

        private Shape shape() {
            List<String> dims = new ArrayList<>();
            mark('(');
            while (peek() != ')') {
                dims.add(digits());
                if (dims.size() > Shape.MAX_RANK) {
                    throw error("more than " + Shape.MAX_RANK + " dimensions are not supported");
                }
                if (peek() != ')') {
                    mark(',');
                }
            }
            mark(')');
            try {
                Shape shape = Shape.of(dims);
                shape.elements();
                return shape;
            } catch (ShapeException e) {
                throw error(e.problem());
            }
        }

        private String digits() {
            peek();
            int from = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            if (at == from || at - from > MAX_DIGITS) {
                throw error("a dimension of 1 to " + MAX_DIGITS + " digits was expected");
            }
            String digits = text.substring(from, at);
            at += peek() == 'L' ? 1 : 0;
            return digits;
        }

        private String string() {
            char quote = peek();
            if (quote != '\'' && quote != '"') {
                throw error("a word in quotes was expected");
            }
            int end = text.indexOf(quote, at + 1);
            if (end < 0 || text.substring(at, end).indexOf('\\') >= 0) {
                throw error("this word does not end, or holds a backslash");
            }
            String word = text.substring(at + 1, end);
            at = end + 1;
            return word;
        }

        private void mark(char expected) {
            if (peek() != expected) {
                throw error("\"" + expected + "\" was expected");
            }
            at++;
        }

        private char peek() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : 0;
        }

        private FormatException error(String problem) {
            return new FormatException("offset " + (base + at), problem);
        }
    }
}

package quern.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import quern.error.ShapeException;

/**
 * The dimensions of a tensor, row-major, last one fastest. A dimension is a non-negative number or
 * a symbol such as {@code N} that is bound when a plan is made; the symbol {@code ?} stands for an
 * unknown dimension.
 */
public final class Shape {
    /** Most dimensions a shape may have. */
    public static final int MAX_RANK = 16;

    /** The symbol of a dimension about which nothing is known. */
    public static final String UNKNOWN = "?";

    private static final Shape SCALAR = new Shape(new int[0], List.of());
    private static final int SYMBOLIC = -1;

    private final int[] dims;
    private final List<String> symbols;

    private Shape(int[] dims, List<String> symbols) {
        if (dims.length > MAX_RANK) {
            throw new ShapeException(
                    "a shape may have " + MAX_RANK + " dimensions at most, not " + dims.length);
        }
        this.dims = dims;
        this.symbols = symbols;
    }

    /** A static shape; every dimension is zero or positive. */
    public static Shape of(int... dims) {
        if (dims.length == 0) {
            return SCALAR;
        }
        for (int d : dims) {
            if (d < 0) {
                throw new ShapeException("dimension " + d + " is negative");
            }
        }
        return new Shape(dims.clone(), List.of());
    }

    /** A shape from words: decimal numbers are dimensions, anything else is a symbol. */
    public static Shape of(List<String> words) {
        int[] dims = new int[words.size()];
        String[] symbols = new String[words.size()];
        boolean symbolic = false;
        for (int i = 0; i < dims.length; i++) {
            String w = words.get(i);
            symbols[i] = "";
            if (!w.isEmpty() && w.chars().allMatch(c -> c >= '0' && c <= '9')) {
                try {
                    dims[i] = Integer.parseInt(w);
                } catch (NumberFormatException e) {
                    throw new ShapeException(
                            "dimension " + w + " is larger than " + Integer.MAX_VALUE);
                }
            } else if (w.equals(UNKNOWN) || w.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                dims[i] = SYMBOLIC;
                symbols[i] = w;
                symbolic = true;
            } else {
                throw new ShapeException(
                        "\"" + w + "\" is neither a dimension nor the name of one");
            }
        }
        return symbolic ? new Shape(dims, List.of(symbols)) : of(dims);
    }

    public int rank() {
        return dims.length;
    }

    /** Dimension {@code axis}; it must not be symbolic. */
    public int dim(int axis) {
        if (dims[axis] == SYMBOLIC) {
            throw new ShapeException(
                    "dimension "
                            + axis
                            + " of "
                            + this
                            + " is symbolic; bind "
                            + symbols.get(axis)
                            + " first");
        }
        return dims[axis];
    }

    /** Dimension {@code axis} as a word: its number or its symbol. */
    public String word(int axis) {
        return dims[axis] == SYMBOLIC ? symbols.get(axis) : Integer.toString(dims[axis]);
    }

    public boolean isSymbolic(int axis) {
        return dims[axis] == SYMBOLIC;
    }

    /** No dimension is symbolic. */
    public boolean isStatic() {
        return symbols.isEmpty();
    }

    /** The words of all dimensions. */
    public List<String> words() {
        List<String> words = new ArrayList<>(dims.length);
        for (int i = 0; i < dims.length; i++) {
            words.add(word(i));
        }
        return words;
    }

    /** A fresh array with the dimensions; the shape must be static. */
    public int[] toArray() {
        elements();
        return dims.clone();
    }

    /**
     * Number of elements of a static shape; at most {@link Integer#MAX_VALUE} - 8, or a {@link
     * ShapeException}.
     */
    public int elements() {
        long n = 1;
        boolean empty = false;
        for (int i = 0; i < dims.length; i++) {
            int d = dim(i);
            empty |= d == 0;
            n = d == 0 ? n : n * d;
            if (n > Integer.MAX_VALUE - 8) {
                throw new ShapeException(
                        "a tensor of shape " + this + " has more elements than an array can hold");
            }
        }
        return empty ? 0 : (int) n;
    }

    /** This shape with dimension {@code axis} set to {@code dim}. */
    public Shape with(int axis, int dim) {
        List<String> words = words();
        words.set(axis, Integer.toString(dim));
        return of(words);
    }

    /** Symbols replaced by numbers where {@code bindings} has them. */
    public Shape bind(Map<String, Integer> bindings) {
        if (isStatic()) {
            return this;
        }
        List<String> words = words();
        words.replaceAll(w -> bindings.containsKey(w) ? Integer.toString(bindings.get(w)) : w);
        return of(words);
    }

    /**
     * Whether a tensor of {@code other} may stand where this shape is declared: equal, symbols
     * fitting anything.
     */
    public boolean accepts(Shape other) {
        if (rank() != other.rank()) {
            return false;
        }
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] != SYMBOLIC && other.dims[i] != SYMBOLIC && dims[i] != other.dims[i]) {
                return false;
            }
        }
        return true;
    }

    /** The shape of an elementwise operation on two tensors, by numpy's broadcasting rule. */
    public static Shape broadcast(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        List<String> words = new ArrayList<>(rank);
        for (int i = 0; i < rank; i++) {
            String p = i < rank - a.rank() ? "1" : a.word(i - (rank - a.rank()));
            String q = i < rank - b.rank() ? "1" : b.word(i - (rank - b.rank()));
            if (p.equals(q) || q.equals("1")) {
                words.add(p);
            } else if (p.equals("1")) {
                words.add(q);
            } else if (isSymbol(p) && isSymbol(q)) {
                words.add(UNKNOWN);
            } else if (isSymbol(p) || isSymbol(q)) {
                words.add(isSymbol(p) ? q : p);
            } else {
                throw new ShapeException(
                        "shapes "
                                + a
                                + " and "
                                + b
                                + " cannot be broadcast: "
                                + p
                                + " against "
                                + q);
            }
        }
        return of(words);
    }

    private static boolean isSymbol(String word) {
        return !Character.isDigit(word.charAt(0));
    }

    /** {@code axis} counted from the front; negative values count from the end. */
    public int axis(int axis) {
        int a = axis < 0 ? axis + rank() : axis;
        if (a < 0 || a >= rank()) {
            throw new ShapeException("axis " + axis + " is outside a shape of rank " + rank());
        }
        return a;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Shape
                && Arrays.equals(dims, ((Shape) o).dims)
                && symbols.equals(((Shape) o).symbols);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims) * 31 + symbols.hashCode();
    }

    /** {@code [1,N,10]} without spaces. */
    @Override
    public String toString() {
        return "[" + String.join(",", words()) + "]";
    }
}

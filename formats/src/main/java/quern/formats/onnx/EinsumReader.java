package quern.formats.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import quern.op.nn.BatchMatmul;
import quern.op.reduction.Sum;
import quern.op.shape.Slice;
import quern.op.shape.Transpose;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * Einsum: each axis of an operand has a letter; products of elements whose letters agree are summed
 * over the letters that the output lacks. Operands are joined from the first to the last, each time
 * by one matrix product.
 */
final class EinsumReader {
    /** The letters of the axes that {@code ...} stands for, the last axis first. */
    private static final char FIRST_HIDDEN = '0';

    private final OnnxNode o;

    /** A value and the letter of each of its axes. */
    private record Term(String value, String letters) {}

    private EinsumReader(OnnxNode o) {
        this.o = o;
    }

    static void read(OnnxNode o) {
        new EinsumReader(o).run(o.text("equation", "").replace(" ", ""));
    }

    private void run(String equation) {
        String[] sides = equation.split("->", -1);
        String[] operands = sides[0].split(",", -1);
        if (sides.length > 2 || operands.length != o.inputs()) {
            throw o.error("equation " + equation + " does not fit " + o.inputs() + " operands");
        }
        List<Term> terms = new ArrayList<>();
        for (int i = 0; i < operands.length; i++) {
            String letters = expanded(operands[i], o.rank(i));
            if (letters.length() != o.rank(i)) {
                throw o.error("operand " + operands[i] + " has not the axes of " + o.type(i));
            }
            terms.add(diagonals(new Term(o.input(i), letters)));
        }
        String all = terms.stream().map(Term::letters).collect(Collectors.joining());
        String hidden = hidden(all);
        String output =
                sides.length == 2 ? sides[1].replace("...", hidden) : implicit(sides[0], hidden);
        if (output.chars().distinct().count() != output.length()
                || output.chars().anyMatch(c -> all.indexOf(c) < 0)) {
            throw o.error("output " + output + " of equation " + equation + " cannot be made");
        }
        Term now = reduced(terms.get(0), output + rest(terms, 1));
        for (int i = 1; i < terms.size(); i++) {
            Term next = reduced(terms.get(i), output + rest(terms, i + 1) + now.letters());
            now = product(now, next, output + rest(terms, i + 1));
        }
        now = reduced(now, output);
        o.alias(0, ordered(now, output).value());
    }

    private static String rest(List<Term> terms, int from) {
        return terms.stream().skip(from).map(Term::letters).collect(Collectors.joining());
    }

    /** The letters of an operand, with digits for the axes of {@code ...}. */
    private String expanded(String operand, int rank) {
        int dots = operand.indexOf("...");
        String plain = operand.replace("...", "");
        if (!plain.chars().allMatch(Character::isLetter)) {
            throw o.error("operand " + operand + " has other than letters");
        }
        int count = rank - plain.length();
        if (dots < 0 || count < 0 || count > 10) {
            return operand;
        }
        StringBuilder axes = new StringBuilder();
        for (int i = count - 1; i >= 0; i--) {
            axes.append((char) (FIRST_HIDDEN + i));
        }
        return operand.replace("...", axes);
    }

    private static String hidden(String letters) {
        Set<Character> all = new TreeSet<>();
        letters.chars().filter(Character::isDigit).forEach(c -> all.add((char) c));
        StringBuilder axes = new StringBuilder();
        all.forEach(c -> axes.insert(0, c));
        return axes.toString();
    }

    /** Without an output all letters that stand once, in alphabetical order. */
    private static String implicit(String operands, String hidden) {
        return hidden
                + operands.chars()
                        .filter(Character::isLetter)
                        .filter(c -> operands.indexOf(c) == operands.lastIndexOf(c))
                        .sorted()
                        .mapToObj(c -> String.valueOf((char) c))
                        .collect(Collectors.joining());
    }

    /** Axes with one letter become their diagonal. */
    private Term diagonals(Term t) {
        Term now = t;
        for (int i = 0; i < now.letters().length(); i++) {
            char letter = now.letters().charAt(i);
            int last = now.letters().lastIndexOf(letter);
            if (last == i) {
                continue;
            }
            String others = those(now.letters(), c -> c != letter);
            if (others.length() != now.letters().length() - 2) {
                throw o.unsupported("a letter may stand twice in an operand, not more often");
            }
            int first = i;
            int rank = now.letters().length();
            int[] order = new int[rank];
            int at = 0;
            for (int k = 0; k < rank; k++) {
                if (k != first && k != last) {
                    order[at++] = k;
                }
            }
            order[rank - 2] = first;
            order[rank - 1] = last;
            String moved = o.add(new Transpose(Ints.of(order)), now.value());
            Shape s = o.shape(moved);
            if (!s.isStatic()) {
                throw o.unsupported("diagonals need sizes that are known");
            }
            int n = s.dim(rank - 1);
            int[] flat = Arrays.copyOf(s.toArray(), rank - 1);
            flat[rank - 2] = n * n;
            int[] starts = new int[rank - 1];
            int[] steps = Ints.repeat(1, rank - 1).toArray();
            int[] sizes = Ints.repeat(-1, rank - 1).toArray();
            steps[rank - 2] = n + 1;
            sizes[rank - 2] = n;
            String diagonal =
                    o.add(
                            new Slice(Ints.of(starts), Ints.of(steps), Ints.of(sizes)),
                            o.reshape(moved, flat));
            now = new Term(diagonal, others + letter);
            i = -1;
        }
        return now;
    }

    /** Sums over the letters that nothing needs. */
    private Term reduced(Term t, String needed) {
        int[] axes =
                IntStream.range(0, t.letters().length())
                        .filter(i -> needed.indexOf(t.letters().charAt(i)) < 0)
                        .toArray();
        if (axes.length == 0) {
            return t;
        }
        String left = those(t.letters(), c -> needed.indexOf(c) >= 0);
        return new Term(o.add(new Sum(Ints.of(axes), false), t.value()), left);
    }

    private Term ordered(Term t, String letters) {
        int[] order = letters.chars().map(c -> t.letters().indexOf(c)).toArray();
        if (Arrays.equals(order, IntStream.range(0, order.length).toArray())) {
            return t;
        }
        return new Term(o.add(new Transpose(Ints.of(order)), t.value()), letters);
    }

    private static String those(String letters, IntPredicate which) {
        return letters.chars()
                .filter(which)
                .mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining());
    }

    /** The product of two terms, summed over what only they have. */
    private Term product(Term a, Term b, String needed) {
        String both = those(a.letters(), c -> b.letters().indexOf(c) >= 0);
        String batch = those(both, c -> needed.indexOf(c) >= 0);
        String inner = those(both, c -> needed.indexOf(c) < 0);
        String left = those(a.letters(), c -> both.indexOf(c) < 0);
        String right = those(b.letters(), c -> both.indexOf(c) < 0);
        Term rows = ordered(a, batch + left + inner);
        Term columns = ordered(b, batch + inner + right);
        String x = matrix(rows.value(), batch.length(), left.length(), inner.length());
        String y = matrix(columns.value(), batch.length(), inner.length(), right.length());
        String made = o.add(new BatchMatmul(false, false), x, y);
        if (left.length() == 1 && right.length() == 1) {
            return new Term(made, batch + left + right);
        }
        int[] dims = new int[batch.length() + left.length() + right.length()];
        for (int i = 0; i < dims.length; i++) {
            int k = i - batch.length();
            if (k < 0) {
                dims[i] = -1 - i;
            } else if (k < left.length()) {
                dims[i] =
                        left.length() == 1
                                ? -1 - batch.length()
                                : known(rows.value(), batch.length() + k);
            } else {
                int at = batch.length() + inner.length() + k - left.length();
                dims[i] = right.length() == 1 ? -2 - batch.length() : known(columns.value(), at);
            }
        }
        return new Term(o.reshape(made, dims), batch + left + right);
    }

    /** A value as matrices, some axes joined to rows and some to columns. */
    private String matrix(String value, int batch, int rows, int columns) {
        if (rows == 1 && columns == 1) {
            return value;
        }
        int[] dims = new int[batch + 2];
        for (int i = 0; i < batch; i++) {
            dims[i] = -1 - i;
        }
        dims[batch] = joined(value, batch, rows);
        dims[batch + 1] = joined(value, batch + rows, columns);
        return o.reshape(value, dims);
    }

    private int joined(String value, int from, int count) {
        if (count == 1) {
            return -1 - from;
        }
        int product = 1;
        for (int i = from; i < from + count; i++) {
            product = Math.multiplyExact(product, known(value, i));
        }
        return product;
    }

    private int known(String value, int axis) {
        if (o.shape(value).isSymbolic(axis)) {
            throw o.unsupported("joined axes need sizes that are known");
        }
        return o.shape(value).dim(axis);
    }
}

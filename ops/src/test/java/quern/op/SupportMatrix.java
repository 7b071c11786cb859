package quern.op;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import quern.cases.Draw;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.error.FormatException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;

/**
 * What each operator supports, as its row in {@link OpSet} says and as its cases show when the
 * reference kernel runs them.
 */
final class SupportMatrix {
    private static final int RANDOM_CASES = 300;

    private final OpSet.Row row;
    private final Set<String> attributes = new TreeSet<>();
    private final Set<DType> reads = EnumSet.noneOf(DType.class);
    private final Set<DType> makes = EnumSet.noneOf(DType.class);
    private final Set<DType> weights = EnumSet.noneOf(DType.class);
    private final Set<RoundingMode> modes = EnumSet.noneOf(RoundingMode.class);
    private boolean real;

    private SupportMatrix(OpSet.Row row) {
        this.row = row;
        cases(row).forEach(this::learn);
    }

    /** The table in Markdown. */
    static List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "| operator | inputs | attributes | float32 | quantized, in rounding modes "
                        + "| first input | weights | output |");
        lines.add("|---|---|---|---|---|---|---|---|");
        OpSet.standard().rows().forEach(r -> lines.add(new SupportMatrix(r).line()));
        return lines;
    }

    private static List<OpCase> cases(OpSet.Row row) {
        OpCases.Row cases = OpCases.row(row.type());
        List<OpCase> all = new ArrayList<>(cases.awkward());
        for (int seed = 0; seed < RANDOM_CASES; seed++) {
            all.add(cases.random(seed % (Draw.MAX_SIZE + 1), seed));
        }
        return all;
    }

    private void learn(OpCase c) {
        Attributes a = new Attributes();
        c.node().op().write(a);
        attributes.addAll(a.values().keySet());
        Graph g = c.graph();
        reads.add(g.type(c.node().inputs().get(0)).dtype());
        makes.add(c.node().output().type().dtype());
        if (row.name().contains("Conv") || row.name().equals("FullyConnected")) {
            weights.add(g.type(c.node().inputs().get(1)).dtype());
        }
        real |=
                g.type(c.node().inputs().get(0)).dtype() == DType.F32
                        && c.node().output().type().dtype() == DType.F32;
        for (RoundingMode mode : RoundingMode.values()) {
            if (c.isQuantized() && !modes.contains(mode) && runs(c, mode)) {
                modes.add(mode);
            }
        }
    }

    private static boolean runs(OpCase c, RoundingMode mode) {
        try {
            new ReferenceInterpreter(c.graph().withRounding(mode)).run(c.inputs());
            return true;
        } catch (FormatException refused) {
            return false;
        }
    }

    private String line() {
        Arity arity = OpCases.row(row.type()).awkward().get(0).node().op().arity();
        String inputs =
                arity.inputs() == Arity.VARIADIC
                        ? arity.required() + " or more"
                        : arity.inputs() == arity.required()
                                ? "" + arity.inputs()
                                : arity.required() + " or " + arity.inputs();
        return String.join(
                " | ",
                "| " + row.name(),
                inputs,
                words(attributes),
                real ? "yes" : "",
                modes.stream().map(RoundingMode::label).collect(Collectors.joining(", ")),
                types(reads),
                types(weights),
                types(makes) + " |");
    }

    private static String types(Set<DType> types) {
        return types.size() == DType.values().length
                ? "any"
                : types.equals(EnumSet.complementOf(EnumSet.of(DType.S4, DType.U4)))
                        ? "any but S4, U4"
                        : words(types);
    }

    private static String words(Set<?> words) {
        return words.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
}

package quern.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import quern.cli.InputFiles;
import quern.cli.ModelFile;
import quern.graph.Graph;
import quern.quant.explain.Explainer;
import quern.quant.explain.Explanation;
import quern.quant.explain.Tap;

/** Derives one element of a tensor. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description =
                "Shows how one element of any tensor came about, and where its error comes from.")
public final class ExplainCommand implements Callable<Integer> {
    private static final MathContext SHOWN = new MathContext(6);

    @Parameters(paramLabel = "MODEL", description = "a .qrn, .tflite or .onnx file")
    private Path model;

    @Option(
            names = "--input",
            required = true,
            arity = "1..*",
            paramLabel = "[NAME=]FILE",
            description = ".npy, or raw little-endian .bin in the model's layout and type")
    private List<String> inputs;

    @Option(
            names = "--at",
            required = true,
            paramLabel = "TENSOR[i,j,..]",
            description = "the element, in the simplified graph's layout, as inspect shows it")
    private String at;

    @Option(
            names = "--reference",
            paramLabel = "FLOAT",
            description = "the float model, for the value without quantization")
    private Path reference;

    @Option(
            names = "--taps",
            paramLabel = "N|all",
            description = "how many products to show, the largest first (default: 8)")
    private String taps = "8";

    @Option(
            names = "--upstream",
            paramLabel = "N",
            description = "also explain the input with the largest error, N layers back")
    private int upstream;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @Mixin private InputShapes shapes;

    @Mixin private Rounding rounding;

    @Mixin private Signature signature;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public ExplainCommand() {}

    @Override
    public Integer call() throws IOException {
        int shown = shown();
        int open = at.lastIndexOf('[');
        if (open < 1 || !at.endsWith("]")) {
            throw new ParameterException(
                    spec.commandLine(), "--at: " + at + " is not of the form TENSOR[i,j,..]");
        }
        List<Integer> index = index(at.substring(open + 1, at.length() - 1));
        Graph read = ModelFile.read(model, rounding.mode(), signature.key()).simplified();
        Graph graph = shapes.bound(read);
        Optional<Graph> real =
                reference == null
                        ? Optional.empty()
                        : Optional.of(ModelFile.read(reference).simplified());
        InputFiles files = InputFiles.read(graph, inputs, 1, shapes.of(graph));
        Explainer explainer = new Explainer(graph, files.frame(0), real);
        List<Explanation> all = new ArrayList<>();
        all.add(explainer.explain(at.substring(0, open), index));
        for (int i = 0; i < upstream; i++) {
            Optional<Explanation> next = before(graph, explainer, all.get(i));
            if (next.isEmpty()) {
                break;
            }
            all.add(next.get());
        }
        if (json) {
            ArrayNode list = Json.object().putArray("explanations");
            all.forEach(e -> json(list.addObject(), e, shown));
            spec.commandLine().getOut().println(list.toPrettyString());
        } else {
            all.forEach(e -> text(spec.commandLine().getOut(), e, shown));
        }
        return 0;
    }

    private int shown() {
        try {
            return taps.equals("all") ? Integer.MAX_VALUE : Math.max(0, Integer.parseInt(taps));
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(), "--taps is a number or all, not " + taps, e);
        }
    }

    private List<Integer> index(String text) {
        List<Integer> index = new ArrayList<>();
        try {
            for (String word : text.isEmpty() ? new String[0] : text.split(",")) {
                index.add(Integer.parseInt(word.strip()));
            }
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(), "--at: " + text + " is no list of indices", e);
        }
        return index;
    }

    /** The input of the tap that brings the largest error. */
    private static Optional<Explanation> before(Graph graph, Explainer explainer, Explanation e) {
        if (e.layer().isEmpty() || e.layer().get().taps().isEmpty()) {
            return Optional.empty();
        }
        Tap worst =
                e.layer().get().taps().stream()
                        .max(Comparator.comparing((Tap t) -> t.inputError().abs()))
                        .orElseThrow();
        String input = graph.producer(e.value()).orElseThrow().inputs().get(0);
        return Optional.of(explainer.explain(input, explainer.index(input, worst.input())));
    }

    private static List<Tap> largest(Explanation.Layer layer, int shown) {
        return layer.taps().stream()
                .sorted(Comparator.comparingLong((Tap t) -> -Math.abs(t.product())))
                .limit(shown)
                .toList();
    }

    private static String number(BigDecimal v) {
        return v.signum() == 0 ? "0" : v.round(SHOWN).toString();
    }

    private static void text(PrintWriter out, Explanation e, int shown) {
        out.printf("%s%s = %s%n", e.value(), e.index(), e.operator());
        out.printf("  type       %s%n", e.type());
        out.printf(
                "  value      %s%s%n", e.code().map(c -> "code " + c + ", ").orElse(""), e.real());
        out.printf("  formula    %s%n", e.formula());
        for (Explanation.Operand o : e.operands()) {
            out.printf(
                    "  operand    %s element %d: %s%s%n",
                    o.value(),
                    o.element(),
                    o.code().map(c -> "code " + c + ", ").orElse(""),
                    o.real());
        }
        e.function()
                .ifPresent(
                        f -> {
                            out.printf("  exactly    %s%n", number(f.ideal()));
                            errors(out, f.shadow(), f.errors(), f.error());
                        });
        if (e.layer().isEmpty()) {
            return;
        }
        Explanation.Layer l = e.layer().get();
        Table table = new Table().row("  tap", "x", "x - Zx", "w", "w - Zw", "product");
        for (Tap t : largest(l, shown)) {
            table.row(
                    "  " + t.input(),
                    t.x(),
                    t.x() - l.inputZero(),
                    t.w(),
                    t.w() - l.weightZero(),
                    t.product());
        }
        out.print(table);
        out.printf(
                "  sum        %d products and bias %d: accumulator %d, %d bits%n",
                l.taps().size(), l.bias(), l.accumulator(), l.bits());
        l.steps().forEach(s -> out.printf("  %-10s %s%n", l.rounding(), s));
        out.printf(
                "  code       %d with zero point %d, limited to %d..%d: %d%n",
                l.unclamped(), l.zero(), l.min(), l.max(), e.code().orElseThrow());
        errors(out, l.shadow(), l.errors(), l.error());
    }

    private static void errors(
            PrintWriter out, BigDecimal shadow, Map<String, BigDecimal> parts, BigDecimal all) {
        out.printf("  float      %s%n", number(shadow));
        parts.forEach((what, v) -> out.printf("  error      %s from %s%n", number(v), what));
        out.printf("  error      %s in all%n", number(all));
    }

    private static void json(ObjectNode node, Explanation e, int shown) {
        node.put("tensor", e.value());
        ArrayNode index = node.putArray("index");
        e.index().forEach(index::add);
        node.put("op", e.operator());
        node.put("type", e.type());
        e.code().ifPresent(c -> node.put("code", c));
        node.put("real", e.real());
        node.put("formula", e.formula());
        ArrayNode operands = node.putArray("operands");
        for (Explanation.Operand o : e.operands()) {
            ObjectNode operand = operands.addObject();
            operand.put("tensor", o.value()).put("element", o.element()).put("real", o.real());
            o.code().ifPresent(c -> operand.put("code", c));
        }
        e.function()
                .ifPresent(
                        f -> {
                            node.put("exact", f.ideal().toString());
                            errors(node, f.shadow(), f.errors(), f.error());
                        });
        if (e.layer().isEmpty()) {
            return;
        }
        Explanation.Layer l = e.layer().get();
        ArrayNode list = node.putArray("taps");
        for (Tap t : largest(l, shown)) {
            list.addObject()
                    .put("input", t.input())
                    .put("weight", t.weight())
                    .put("x", t.x())
                    .put("w", t.w())
                    .put("product", t.product());
        }
        node.put("products", l.taps().size());
        node.put("inputZero", l.inputZero()).put("weightZero", l.weightZero());
        node.put("bias", l.bias()).put("accumulator", l.accumulator()).put("bits", l.bits());
        node.put("rounding", l.rounding()).put("multiplier", l.multiplier());
        ArrayNode steps = node.putArray("steps");
        l.steps().forEach(steps::add);
        node.put("zero", l.zero()).put("unclamped", l.unclamped());
        node.put("min", l.min()).put("max", l.max());
        errors(node, l.shadow(), l.errors(), l.error());
    }

    private static void errors(
            ObjectNode node, BigDecimal shadow, Map<String, BigDecimal> parts, BigDecimal all) {
        node.put("float", shadow.toString());
        ObjectNode errors = node.putObject("errors");
        parts.forEach((what, v) -> errors.put(what, v.toString()));
        node.put("error", all.toString());
    }
}

package quern.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import quern.cli.ModelFile;
import quern.cli.Progress;
import quern.cli.UserException;
import quern.cli.data.DataOptions;
import quern.cli.data.DataSet;
import quern.cli.data.ImageFit;
import quern.cli.detection.Box;
import quern.cli.detection.Decoder;
import quern.cli.metric.Metric;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.quant.diagnosis.ModeDifferences;
import quern.quant.diagnosis.ModeDifferences.Layer;
import quern.rewrite.ShortNames;
import quern.tensor.Quant;
import quern.tensor.Tensor;

/** Predicts what changes where a quantized model runs with another rounding. */
@Command(
        name = "targets",
        mixinStandardHelpOptions = true,
        description =
                "Counts the elements of every tensor, and the answers, that change if a quantized"
                        + " model runs under other rounding modes than its own.")
public final class TargetsCommand implements Callable<Integer> {
    private static final float SEEN = 0.3f;
    private static final double SAME_PLACE = 0.9;

    @Parameters(paramLabel = "MODEL", description = "a quantized .qrn, .tflite or .onnx file")
    private Path model;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DATA",
            description = "samples of the model's input: [NAME=]PATH[,[NAME=]PATH...]")
    private String spec;

    @Option(
            names = "--modes",
            split = ",",
            paramLabel = "MODE",
            description =
                    "rounding modes to compare with the model's own (default: all others of double,"
                            + " single, float-even, xnnpack, onnx-ref)")
    private List<RoundingMode> modes = List.of();

    @Option(
            names = "--decode",
            paramLabel = "FAMILY",
            description =
                    "what the outputs of a detector mean, to count boxes of score 0.3 or more that"
                            + " have none of their class in the same place (overlap 0.9): yolox,"
                            + " fastestdet, ssd, yolov8 or nanodet")
    private String decode = "";

    @Mixin private DataOptions data;

    @Mixin private Machine machine;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @Mixin private Signature signature;

    @CommandLine.Spec private CommandLine.Model.CommandSpec command;

    public TargetsCommand() {}

    /**
     * What one mode does.
     *
     * @param answers samples whose first output chooses another class, or boxes that are not in
     *     both; empty if the outputs are neither
     */
    private record Target(
            RoundingMode mode,
            long samples,
            List<Layer> layers,
            Optional<Layer> first,
            Optional<Double> answers) {
        Optional<Layer> layer(String name) {
            return layers.stream().filter(l -> l.name().equals(name)).findFirst();
        }
    }

    @Override
    public Integer call() throws IOException {
        Optional<Decoder> decoder = decoder();
        Graph own = read(Optional.empty());
        boolean codes =
                own.nodes().stream()
                        .flatMap(n -> n.outputs().stream())
                        .anyMatch(v -> !(v.type().quant() instanceof Quant.None));
        if (!codes) {
            throw new UserException(
                    model + ": no node computes with codes, so no rounding mode changes it");
        }
        List<RoundingMode> asked = modes.isEmpty() ? Arrays.asList(RoundingMode.values()) : modes;
        List<Target> targets = new ArrayList<>();
        for (RoundingMode mode : asked) {
            if (mode != own.rounding()) {
                targets.add(measure(own, read(Optional.of(mode)), mode, decoder));
            }
        }
        if (targets.isEmpty()) {
            throw new UserException(
                    "--modes names only the model's own mode, " + own.rounding().label());
        }
        if (json) {
            command.commandLine().getOut().println(json(own, targets).toPrettyString());
        } else {
            print(own, targets, decoder.isPresent());
        }
        return 0;
    }

    private Graph read(Optional<RoundingMode> mode) throws IOException {
        return ModelFile.read(model, mode, signature.key()).simplified();
    }

    private Optional<Decoder> decoder() {
        try {
            return decode.isEmpty() ? Optional.empty() : Optional.of(Decoder.parse(decode));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--decode: " + e.getMessage(), e);
        }
    }

    private Target measure(Graph own, Graph other, RoundingMode mode, Optional<Decoder> decoder) {
        Metric agreement = Metric.of("agreement");
        boolean classes = decoder.isEmpty();
        double answers = 0;
        try (DataSet a = DataSet.open(spec, data, own, DataSet.ALL);
                DataSet b = DataSet.open(spec, data, other, DataSet.ALL);
                ModeDifferences all =
                        ModeDifferences.of(own, other, machine.options(command, true));
                Progress progress = new Progress(mode.label(), a.size())) {
            for (int i = 0; i < a.size(); i++) {
                List<List<Tensor>> outputs = all.add(a.inputs(i), b.inputs(i));
                if (decoder.isPresent()) {
                    answers += boxes(own, decoder.get(), outputs);
                } else if (classes) {
                    try {
                        agreement.add(outputs.get(1), OptionalInt.empty(), outputs.get(0));
                    } catch (ShapeException e) {
                        classes = false;
                    }
                }
                progress.step();
            }
            if (decoder.isEmpty()) {
                answers = Math.rint((1 - agreement.value()) * agreement.samples() * 1e6) / 1e6;
            }
            return new Target(
                    mode,
                    all.samples(),
                    all.layers(),
                    all.first(),
                    classes || decoder.isPresent() ? Optional.of(answers) : Optional.empty());
        }
    }

    private int boxes(Graph own, Decoder decoder, List<List<Tensor>> outputs) {
        ImageFit fit =
                data.preprocessing(own.metadata())
                        .image()
                        .orElseThrow(
                                () ->
                                        new UserException(
                                                "--decode needs --image HxW:FIT, which says how"
                                                        + " pictures become inputs"));
        List<List<Box>> found =
                outputs.stream().map(o -> boxes(decoder, o, fit.height(), fit.width())).toList();
        return alone(found.get(0), found.get(1)) + alone(found.get(1), found.get(0));
    }

    private static List<Box> boxes(Decoder decoder, List<Tensor> outputs, int height, int width) {
        return decoder.boxes(outputs, height, width, decoder.usualOverlap()).stream()
                .filter(b -> b.score() >= SEEN)
                .toList();
    }

    private static int alone(List<Box> boxes, List<Box> others) {
        return (int)
                boxes.stream()
                        .filter(
                                b ->
                                        others.stream()
                                                .noneMatch(
                                                        o ->
                                                                o.category() == b.category()
                                                                        && o.overlap(b)
                                                                                >= SAME_PLACE))
                        .count();
    }

    private void print(Graph own, List<Target> targets, boolean detector) {
        PrintWriter out = command.commandLine().getOut();
        Table table = new Table();
        List<Object> head = new ArrayList<>(List.of(own.rounding().label() + " against"));
        targets.forEach(t -> head.add(t.mode().label()));
        table.row(head.toArray());
        for (Layer l : targets.get(0).layers()) {
            List<Object> row = new ArrayList<>(List.of(ShortNames.base(l.name()) + " " + l.op()));
            targets.forEach(t -> row.add(t.layer(l.name()).map(TargetsCommand::cell).orElse("?")));
            if (targets.stream().anyMatch(t -> t.layer(l.name()).orElse(l).changed() > 0)) {
                table.row(row.toArray());
            }
        }
        out.print(table);
        out.println(
                "elements that change in percent, in brackets by how much at most; * where it starts");
        for (Target t : targets) {
            String answers =
                    t.answers()
                            .map(
                                    n ->
                                            String.format(
                                                    detector
                                                            ? "%s boxes are not in both, "
                                                            : "%s answers change, ",
                                                    number(n)))
                            .orElse("");
            String starts =
                    t.first()
                            .map(l -> ShortNames.base(l.name()) + " is the first that differs")
                            .orElse("nothing differs");
            out.printf("%s: %s%s, %d samples%n", t.mode().label(), answers, starts, t.samples());
        }
    }

    private static String cell(Layer l) {
        return l.changed() == 0
                ? "0"
                : String.format(
                        "%.3g (%s)%s",
                        100.0 * l.changed() / l.elements(),
                        number(l.largest()),
                        l.started() > 0 ? " *" : "");
    }

    private static String number(double n) {
        return n == Math.rint(n) && n < 1e9 ? String.valueOf((long) n) : String.format("%.3g", n);
    }

    private static ObjectNode json(Graph own, List<Target> targets) {
        ObjectNode root = Json.object();
        root.put("rounding", own.rounding().label());
        ArrayNode list = root.putArray("targets");
        for (Target t : targets) {
            ObjectNode node = list.addObject().put("mode", t.mode().label());
            node.put("samples", t.samples());
            t.answers().ifPresent(a -> node.put("answersChanged", a));
            t.first().ifPresent(l -> node.put("first", l.name()));
            ArrayNode layers = node.putArray("layers");
            for (Layer l : t.layers()) {
                layers.addObject()
                        .put("name", l.name())
                        .put("op", l.op())
                        .put("elements", l.elements())
                        .put("changed", l.changed())
                        .put("largest", l.largest())
                        .put("started", l.started());
            }
        }
        return root;
    }
}

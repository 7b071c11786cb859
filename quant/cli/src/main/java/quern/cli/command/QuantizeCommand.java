package quern.cli.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import quern.cli.ModelFile;
import quern.cli.Progress;
import quern.cli.Version;
import quern.cli.data.DataOptions;
import quern.cli.data.DataSet;
import quern.fixedpoint.RoundingMode;
import quern.formats.Models;
import quern.graph.Graph;
import quern.quant.QuantOptions;
import quern.quant.QuantizedModel;
import quern.quant.Quantizer;
import quern.quant.calibration.RangeMethod;
import quern.quant.lint.Finding;
import quern.quant.lint.Lint;
import quern.quant.search.PrecisionSearch;
import quern.tensor.Quant;
import quern.tensor.Tensor;

/** Quantizes a float model to INT8 with calibration data. */
@Command(
        name = "quantize",
        mixinStandardHelpOptions = true,
        description = "Quantizes a float model to INT8 with calibration data.")
public final class QuantizeCommand implements Callable<Integer> {
    private enum WeightRounding {
        nearest,
        compensated
    }

    private static final int DEFAULT_SAMPLES = 200;
    private static final int MOST_NAMES = 6;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "a float .onnx, .tflite or .qrn file")
    private Path model;

    @Parameters(index = "1", paramLabel = "OUT", description = "the .qrn or .onnx file to write")
    private Path out;

    @Option(
            names = "--calibrate",
            paramLabel = "DATA",
            description =
                    "samples of the model's input: [NAME=]PATH[,[NAME=]PATH...] (200 of them);"
                            + " needed unless activations are dynamic or f32, where they say how weights are best rounded")
    private String calibrate;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "JSON whose keys are long option names")
    private Path config;

    @Option(
            names = {"--calibration", "--ranges"},
            paramLabel = "METHOD",
            description =
                    "how activation ranges are chosen: mse, minmax, average[:MOMENTUM],"
                            + " percentile:PERCENT or entropy (default: mse)")
    private String ranges = QuantOptions.DEFAULT.ranges().label();

    @Option(
            names = "--rounding",
            paramLabel = "MODE",
            description =
                    "rounding mode: double, single, float-even, xnnpack, onnx-ref (default: the"
                            + " model's; float-even of ONNX and to ONNX, double of TFLite)")
    private RoundingMode rounding;

    @Option(
            names = "--keep-float",
            split = ",",
            paramLabel = "PATTERN",
            description =
                    "nodes, by the name of their output, that stay in float; * stands for any"
                            + " characters")
    private List<String> keepFloat = new ArrayList<>();

    @Option(
            names = "--weight-rounding",
            paramLabel = "nearest|compensated",
            description =
                    "each weight to the nearest code, or so that weights make up for each other's"
                            + " errors (default: compensated)")
    private WeightRounding weightRounding = WeightRounding.compensated;

    @Option(
            names = "--adaround",
            description =
                    "choose the code below or above each weight by what it does to its layer's"
                            + " outputs (slower; in the place of --weight-rounding)")
    private boolean adaptive;

    @Option(
            names = "--equalize",
            description =
                    "move factors of channels between layers, so that weights fit a common scale;"
                            + " relu6 between layers becomes relu")
    private boolean equalized;

    @Option(
            names = "--smoothquant",
            description =
                    "move factors of channels from activations to the weights of fully connected"
                            + " layers, for transformers whose activations have outliers")
    private boolean smoothed;

    @Option(
            names = "--no-bias-correction",
            negatable = true,
            description = "whether biases make up for rounded weights (default: --bias-correction)")
    private boolean biasCorrection = true;

    @Option(
            names = "--no-guards",
            negatable = true,
            description =
                    "whether nodes that are known to suffer stay in float (default: --guards)")
    private boolean guards = true;

    @Option(
            names = "--keep-share",
            paramLabel = "PART",
            description =
                    "part of the values that may stay in float because they dominate the output"
                            + " error, 0 to 1 (default: 0.05)")
    private double keptShare = QuantOptions.DEFAULT.keptShare();

    @Option(
            names = "--float-inputs",
            description = "the quantized model takes float32 and quantizes it itself")
    private boolean floatInputs;

    @Option(names = "--float-outputs", description = "the quantized model returns float32")
    private boolean floatOutputs;

    @Mixin private SchemeOptions scheme;

    @Mixin private SearchOptions search;

    @Mixin private DataOptions data;

    @Mixin private Signature signature;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public QuantizeCommand() {}

    @Override
    public Integer call() throws IOException {
        QuantOptions asked = options();
        if (calibrate == null && asked.scheme().needsSamples()) {
            throw new ParameterException(
                    spec.commandLine(), "Missing required option: '--calibrate=DATA'");
        }
        if (calibrate != null && !asked.scheme().hasCodes()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--calibrate has nothing to do: weights become 16-bit floats by themselves");
        }
        Graph graph = ModelFile.read(model, Optional.empty(), signature.key()).simplified();
        RoundingMode mode = rounding != null ? rounding : usualRounding(graph);
        Map<String, Quant.PerTensor> inputs = storedCodes(graph, asked);
        boolean unsigned =
                scheme.isUnsigned()
                        || scheme.isUsual()
                                && inputs.isEmpty()
                                && QuantOptions.prefersUnsigned(mode);
        QuantOptions options =
                asked.toBuilder()
                        .inputs(inputs)
                        .rounding(mode)
                        .unsignedActivations(unsigned)
                        .build();
        if (search.isAsked()) {
            mixed(graph, options);
            return 0;
        }
        if (calibrate == null) {
            write(Quantizer.convert(graph.withRounding(mode), options), options);
            return 0;
        }
        try (DataSet samples = DataSet.open(calibrate, data, graph, DEFAULT_SAMPLES);
                Progress progress = new Progress("calibrate", samples.size())) {
            write(Quantizer.convert(graph, reals(samples, progress), options), options);
        }
        return 0;
    }

    private void mixed(Graph graph, QuantOptions options) throws IOException {
        if (calibrate == null || !options.scheme().needsSamples()) {
            throw new ParameterException(
                    spec.commandLine(), "--mixed needs --calibrate, and activations of codes");
        }
        double real = search.measure(graph, graph, calibrate, data);
        try (DataSet samples = DataSet.open(calibrate, data, graph, DEFAULT_SAMPLES)) {
            Iterable<List<Tensor>> reals = samples.reals();
            PrecisionSearch.Result result =
                    PrecisionSearch.search(
                            graph,
                            reals,
                            options,
                            made -> search.measure(made, graph, calibrate, data),
                            real - search.mostLost(),
                            search.journal(model, options, calibrate, reals));
            write(result.model(), result.options());
            search.print(result, real, spec.commandLine().getOut());
        }
    }

    private void write(QuantizedModel made, QuantOptions options) throws IOException {
        Graph quantized = made.graph();
        Map<String, String> metadata = new TreeMap<>(data.metadata(quantized.metadata()));
        metadata.put("quantization.version", new Version().getVersion()[0]);
        Models.write(quantized.withMetadata(metadata), out);
        String samples = quantized.metadata().getOrDefault("quantization.samples", "0");
        spec.commandLine()
                .getOut()
                .printf(
                        "%s: %,d bytes, %.3f of %s (%s%s)%n",
                        out,
                        Files.size(out),
                        (double) Files.size(out) / Files.size(model),
                        model.getFileName(),
                        options.describe(),
                        samples.equals("0") ? "" : ", " + samples + " samples");
        print(made);
        if (made.calibration().samples() > 0) {
            findings(made, options);
        }
    }

    /** How far ranges are settled, and what stays in float for which reason. */
    private void print(QuantizedModel made) {
        PrintWriter to = spec.commandLine().getOut();
        double convergence = made.calibration().convergence();
        if (made.calibration().samples() > 0 && convergence < Double.POSITIVE_INFINITY) {
            to.printf("ranges are settled to %.1f %% in the worst value%n", 100 * convergence);
        }
        Map<String, List<String>> reasons = new LinkedHashMap<>();
        made.keptFloat()
                .forEach((n, why) -> reasons.computeIfAbsent(why, w -> new ArrayList<>()).add(n));
        reasons.forEach(
                (why, nodes) ->
                        to.printf(
                                "in float, as %s: %s%n",
                                why,
                                nodes.size() <= MOST_NAMES
                                        ? String.join(", ", nodes)
                                        : String.join(", ", nodes.subList(0, MOST_NAMES))
                                                + " and "
                                                + (nodes.size() - MOST_NAMES)
                                                + " more"));
    }

    /** What is known to go wrong, by rule; details of a few. */
    private void findings(QuantizedModel made, QuantOptions options) {
        PrintWriter to = spec.commandLine().getOut();
        Map<String, List<Finding>> rules = new LinkedHashMap<>();
        for (Finding f : Lint.of(made, options)) {
            rules.computeIfAbsent(f.rule(), r -> new ArrayList<>()).add(f);
        }
        rules.forEach(
                (rule, all) -> {
                    for (Finding f : all.subList(0, Math.min(MOST_NAMES, all.size()))) {
                        to.printf(
                                "%s: %s: %s; %s (otherwise: %s)%n",
                                rule, f.where(), f.why(), f.done(), f.override());
                    }
                    if (all.size() > MOST_NAMES) {
                        to.printf("%s: %d more%n", rule, all.size() - MOST_NAMES);
                    }
                });
    }

    private QuantOptions options() {
        try {
            return scheme.to(QuantOptions.builder())
                    .ranges(RangeMethod.parse(ranges))
                    .keepFloat(new HashSet<>(keepFloat))
                    .floatInputs(floatInputs)
                    .floatOutputs(floatOutputs)
                    .compensated(weightRounding == WeightRounding.compensated)
                    .biasCorrection(biasCorrection)
                    .guarded(guards)
                    .keptShare(keptShare)
                    .equalized(equalized)
                    .smoothed(smoothed)
                    .adaptive(adaptive)
                    .build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** What an ONNX file is run with is not ours to choose. */
    private RoundingMode usualRounding(Graph graph) {
        boolean onnx = out.getFileName().toString().endsWith(".onnx");
        return onnx ? RoundingMode.FLOAT_EVEN : graph.rounding();
    }

    /** Samples stored as 8-bit codes say how the inputs are quantized: so that codes stay codes. */
    private Map<String, Quant.PerTensor> storedCodes(Graph graph, QuantOptions asked) {
        Map<String, Quant.PerTensor> inputs = new TreeMap<>();
        if (!asked.symmetricActivations() && !asked.wideActivations()) {
            data.preprocessing(graph.metadata())
                    .codes()
                    .ifPresent(q -> graph.inputs().forEach(v -> inputs.put(v.name(), q)));
        }
        return inputs;
    }

    private static Iterable<List<Tensor>> reals(DataSet samples, Progress progress) {
        return () ->
                new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < samples.size();
                    }

                    @Override
                    public List<Tensor> next() {
                        progress.step();
                        return samples.reals(next++);
                    }
                };
    }
}

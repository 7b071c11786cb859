package quern.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import quern.fixedpoint.RoundingMode;
import quern.formats.Models;
import quern.graph.Graph;
import quern.graph.Value;
import quern.op.TypeRules;
import quern.quant.QuantOptions;
import quern.quant.Quantizer;
import quern.rewrite.Binding;
import quern.rewrite.Simplify;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Finds the models of a comparison and brings them into the form of each runtime. */
final class ComparedModels {
    private static final int TOKENS = 128;
    private static final int SAMPLES = 4;
    private static final String MINILM = "all-minilm-l6-v2";

    /** File stems, and whether they are listed apart. */
    private static final List<String> LARGE =
            List.of("yolox_nano_416", "fastestdet_352", "light_resnet50", "light_squeezenet");

    private static final List<String> SMALL =
            List.of("kws_dscnn_float", "ic_resnet8_float", "mnist_cnn_pytorch");

    private final Path folder;
    private final PrintStream notes;

    /**
     * @param notes gets a line for each model that is not there
     */
    ComparedModels(Path folder, PrintStream notes) {
        this.folder = folder;
        this.notes = notes;
    }

    /** Hands out one model after the other, large ones first, each in every precision. */
    void forEach(Consumer<ComparedModel> action) throws IOException {
        for (String name : LARGE) {
            convolutional(name, false, action);
        }
        embedder(action);
        for (String name : SMALL) {
            convolutional(name, true, action);
        }
    }

    private void convolutional(String name, boolean small, Consumer<ComparedModel> action)
            throws IOException {
        Path file = find(name);
        if (file == null) {
            notes.println(name + ": no such model under " + folder + ", left out");
            return;
        }
        Graph graph = Simplify.simplify(Models.read(file)).withRounding(RoundingMode.FLOAT_EVEN);
        if (name.startsWith("light_")) {
            graph = HeWeights.in(graph);
        }
        if (!Binding.isStatic(graph)) {
            graph = Simplify.simplify(Binding.bind(graph, ones(graph)));
        }
        action.accept(model(name, "FP32", small, graph));
        QuantOptions options =
                QuantOptions.PLAIN.toBuilder()
                        .rounding(RoundingMode.FLOAT_EVEN)
                        .floatInputs(true)
                        .floatOutputs(true)
                        .build();
        Random random = new Random(1);
        List<List<Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            samples.add(inputs(graph, random));
        }
        Graph signed = Quantizer.quantize(graph, samples, options);
        Graph unsigned =
                Quantizer.quantize(
                        graph, samples, options.toBuilder().unsignedActivations(true).build());
        action.accept(model(name, "INT8", small, unsigned));
        action.accept(model(name, "INT8-S8S8", small, signed));
    }

    /** The types of the inputs with 1 for every open dimension. */
    private static List<TensorType> ones(Graph graph) {
        List<TensorType> types = new ArrayList<>();
        for (Value v : graph.inputs()) {
            Shape s = v.type().shape();
            for (int i = 0; i < s.rank(); i++) {
                s = s.isSymbolic(i) ? s.with(i, 1) : s;
            }
            types.add(v.type().withShape(s));
        }
        return types;
    }

    private Path find(String name) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(p -> stem(p).equals(name) && isModel(p))
                    .sorted()
                    .findFirst()
                    .orElse(null);
        }
    }

    private static boolean isModel(Path p) {
        String file = p.getFileName().toString();
        return file.endsWith(".onnx") || file.endsWith(".tflite");
    }

    private static String stem(Path p) {
        String file = p.getFileName().toString();
        int dot = file.lastIndexOf('.');
        return dot < 0 ? file : file.substring(0, dot);
    }

    private ComparedModel model(String name, String precision, boolean small, Graph graph)
            throws IOException {
        byte[] onnx = written(graph);
        List<Tensor> inputs = inputs(graph, new Random(2));
        return new ComparedModel(name, precision, small, graph, onnx, inputs);
    }

    /** A graph as an ONNX file. */
    private static byte[] written(Graph graph) throws IOException {
        Path file = Files.createTempFile("quern-compare", ".onnx");
        try {
            Models.write(graph, file);
            return Files.readAllBytes(file);
        } finally {
            Files.delete(file);
        }
    }

    private static Graph read(byte[] onnx) throws IOException {
        Path file = Files.createTempFile("quern-compare", ".onnx");
        try {
            Files.write(file, onnx);
            return Models.read(file);
        } finally {
            Files.delete(file);
        }
    }

    private static List<Tensor> inputs(Graph graph, Random random) {
        List<Tensor> all = new ArrayList<>();
        for (Value v : graph.inputs()) {
            Tensor t = Tensor.zeros(v.type());
            for (int i = 0; i < t.elements(); i++) {
                if (TypeRules.isReal(v.type())) {
                    t.setReal(i, random.nextFloat());
                } else {
                    t.setInteger(i, random.nextInt(100));
                }
            }
            all.add(t);
        }
        return all;
    }

    /** The sentence embedder of a Maven artifact; INT8 is its dynamically quantized form. */
    private void embedder(Consumer<ComparedModel> action) throws IOException {
        for (String precision : List.of("FP32", "INT8")) {
            String file = "/" + MINILM + (precision.equals("FP32") ? "" : "-q") + ".onnx";
            try (InputStream in = ComparedModels.class.getResourceAsStream(file)) {
                if (in == null) {
                    notes.println("minilm " + precision + ": not on the class path, left out");
                    continue;
                }
                byte[] onnx = in.readAllBytes();
                Graph graph = Simplify.simplify(read(onnx));
                List<Tensor> inputs = new ArrayList<>();
                Random random = new Random(3);
                for (Value v : graph.inputs()) {
                    Tensor t = Tensor.zeros(v.type().withShape(Shape.of(1, TOKENS)));
                    boolean words = v.name().equals("input_ids");
                    for (int i = 0; i < TOKENS; i++) {
                        t.setInteger(
                                i,
                                words
                                        ? 1000 + random.nextInt(20000)
                                        : v.name().equals("attention_mask") ? 1 : 0);
                    }
                    inputs.add(t);
                }
                action.accept(new ComparedModel("minilm", precision, false, graph, onnx, inputs));
            }
        }
    }
}

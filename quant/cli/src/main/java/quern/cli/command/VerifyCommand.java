package quern.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import quern.cli.ModelFile;
import quern.cli.UserException;
import quern.error.FormatException;
import quern.formats.AtomicFile;
import quern.graph.Graph;
import quern.runtime.PlanOptions;
import quern.runtime.digest.Digests;
import quern.runtime.digest.Digests.Difference;

/** Checks that this machine computes the bits that another one computed. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Runs a model on built-in inputs and compares the SHA-256 of every tensor with"
                        + " recorded ones, or with what the reference kernels make.")
public final class VerifyCommand implements Callable<Integer> {
    private static final long MOST_BYTES = 1L << 28;

    @Parameters(paramLabel = "MODEL", description = "a .qrn, .tflite or .onnx file")
    private Path model;

    @Option(names = "--record", paramLabel = "FILE", description = "write the digests to a file")
    private Path record;

    @Option(
            names = "--against",
            paramLabel = "FILE",
            description =
                    "compare with digests that --record wrote, here or elsewhere (default: with the"
                            + " reference kernels of this machine)")
    private Path against;

    @Mixin private InputShapes shapes;

    @Mixin private Machine machine;

    @Mixin private Signature signature;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public VerifyCommand() {}

    @Override
    public Integer call() throws IOException {
        if (record != null && against != null) {
            throw new ParameterException(
                    spec.commandLine(), "--record and --against exclude each other");
        }
        Graph read = ModelFile.read(model, Optional.empty(), signature.key()).simplified();
        Graph graph = shapes.bound(read);
        PlanOptions options = machine.options(spec, true);
        if (record != null) {
            Digests digests = Digests.of(graph, options);
            byte[] text = json(digests).toPrettyString().getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(record, out -> out.write(text));
            say(digests, "are recorded in " + record);
            return 0;
        }
        Digests expected = against == null ? Digests.reference(graph) : read(against);
        Optional<Difference> difference = Digests.firstDifference(graph, options, expected);
        if (difference.isPresent()) {
            throw new UserException(sentence(difference.get(), options));
        }
        say(expected, "are the same" + (against == null ? " by the reference kernels" : ""));
        return 0;
    }

    private void say(Digests digests, String what) {
        spec.commandLine()
                .getOut()
                .printf(
                        "%d constants and %d values %s%n",
                        digests.constants().size(), digests.values().size(), what);
    }

    private static String sentence(Difference d, PlanOptions options) {
        String where =
                String.format(
                        " (Java %s of %s, %s, tier %s, %d threads)",
                        System.getProperty("java.version"),
                        System.getProperty("java.vm.name"),
                        System.getProperty("os.arch"),
                        options.tier(),
                        options.threads());
        if (d.constant()) {
            return "constant " + d.name() + " differs from the record: it is another model" + where;
        }
        if (d.element() < 0) {
            return "value "
                    + d.name()
                    + " is the first that differs from the record, and the reference kernels agree"
                    + " with this machine"
                    + where;
        }
        return "value "
                + d.name()
                + " is the first that differs: element "
                + d.element()
                + " is "
                + d.actual()
                + ", not "
                + d.expected()
                + where;
    }

    private static ObjectNode json(Digests digests) {
        ObjectNode root = Json.object();
        root.put("quernDigests", 1);
        ObjectNode constants = root.putObject("constants");
        digests.constants().forEach(constants::put);
        ObjectNode values = root.putObject("values");
        digests.values().forEach(values::put);
        return root;
    }

    private static Digests read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new FormatException(file.toString(), "is no file of digests");
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new FormatException(file.toString(), "is too large for recorded digests");
        }
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new FormatException(file.toString(), "is no JSON: " + e.getOriginalMessage());
        }
        if (root.path("quernDigests").asInt() != 1) {
            throw new FormatException(
                    file.toString(), "holds no digests that quern verify --record wrote");
        }
        return new Digests(map(root.path("constants")), map(root.path("values")));
    }

    private static Map<String, String> map(JsonNode node) {
        Map<String, String> all = new LinkedHashMap<>();
        node.properties().forEach(e -> all.put(e.getKey(), e.getValue().asText()));
        return all;
    }
}

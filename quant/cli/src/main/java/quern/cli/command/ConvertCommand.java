package quern.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import quern.cli.ModelFile;
import quern.cli.data.DataOptions;
import quern.formats.Models;
import quern.graph.Graph;

/** Reads a model, simplifies it and writes it in another format. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description = "Converts a model; the formats follow from the extensions.")
public final class ConvertCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "IN", description = "a .onnx, .tflite or .qrn file")
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "a .qrn or .onnx file")
    private Path out;

    @Option(
            names = "--opset",
            paramLabel = "N",
            description = "operator set of an .onnx OUT, 13 to 21 (default: 17)")
    private Optional<Integer> opset = Optional.empty();

    @Option(
            names = "--ir",
            paramLabel = "N",
            description = "IR version of an .onnx OUT, 7 to 10 (default: 8)")
    private Optional<Integer> ir = Optional.empty();

    @Mixin private Rounding rounding;

    @Mixin private DataOptions data;

    @Mixin private Signature signature;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public ConvertCommand() {}

    @Override
    public Integer call() throws IOException {
        boolean chosen = opset.isPresent() || ir.isPresent();
        if (chosen && !out.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--opset and --ir are for an OUT that ends with .onnx");
        }
        Graph graph = ModelFile.read(in, rounding.mode(), signature.key()).simplified();
        Graph whole = graph.withMetadata(data.metadata(graph.metadata()));
        if (chosen) {
            Models.writeOnnx(whole, out, opset.orElse(Models.OPSET), ir.orElse(Models.IR));
        } else {
            Models.write(whole, out);
        }
        return 0;
    }
}

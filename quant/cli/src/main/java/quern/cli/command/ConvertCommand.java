package quern.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    @Parameters(index = "0", paramLabel = "IN", description = "a .tflite or .qrn file")
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "a .qrn file")
    private Path out;

    @Mixin private Rounding rounding;

    @Mixin private DataOptions data;

    @Mixin private Signature signature;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public ConvertCommand() {}

    @Override
    public Integer call() throws IOException {
        Graph graph = ModelFile.read(in, rounding.mode(), signature.key()).simplified();
        Models.write(graph.withMetadata(data.metadata(graph.metadata())), out);
        return 0;
    }
}

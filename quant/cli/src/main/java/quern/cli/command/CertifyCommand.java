package quern.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import quern.cli.ModelFile;
import quern.cli.RawTensor;
import quern.cli.UserException;
import quern.formats.AtomicFile;
import quern.graph.Graph;
import quern.quant.certify.Certificate;
import quern.quant.certify.Certificate.Layer;
import quern.quant.certify.Witness;

/** Proves that no input can make an accumulator overflow. */
@Command(
        name = "certify",
        mixinStandardHelpOptions = true,
        description =
                "Computes the worst case of every accumulator of a quantized model; exit code 1 if"
                        + " one may overflow.")
public final class CertifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "a quantized .qrn, .tflite or .onnx file")
    private Path model;

    @Option(names = "--json", description = "print the certificate as JSON")
    private boolean json;

    @Option(
            names = "--witness",
            paramLabel = "LAYER=FILE",
            description =
                    "write the codes of an input of that layer which drives its accumulator to the"
                            + " bound, raw and row-major")
    private String witness;

    @Mixin private Signature signature;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public CertifyCommand() {}

    @Override
    public Integer call() throws IOException {
        Graph graph = ModelFile.read(model, Optional.empty(), signature.key()).simplified();
        Certificate certificate = Certificate.of(graph);
        if (certificate.layers().isEmpty()) {
            throw new UserException(
                    model + ": no layer computes with codes, so there is nothing to certify");
        }
        if (witness != null) {
            return witness(graph);
        }
        if (json) {
            spec.commandLine().getOut().println(json(certificate).toPrettyString());
        } else {
            table(certificate);
        }
        for (Layer l : certificate.layers()) {
            if (!l.isProved()) {
                throw new UserException(
                        "the accumulator of channel "
                                + l.channel()
                                + " of layer "
                                + l.name()
                                + " may reach "
                                + l.partial()
                                + ", which takes "
                                + l.bits()
                                + " bits of "
                                + l.available());
            }
        }
        return 0;
    }

    private int witness(Graph graph) throws IOException {
        int at = witness.lastIndexOf('=');
        if (at < 1 || at == witness.length() - 1) {
            throw new ParameterException(
                    spec.commandLine(), "--witness: '" + witness + "' is not LAYER=FILE");
        }
        Witness w = Witness.of(graph, witness.substring(0, at));
        byte[] codes = RawTensor.bytes(w.input());
        Path file = Path.of(witness.substring(at + 1));
        AtomicFile.write(file, out -> out.write(codes));
        spec.commandLine()
                .getOut()
                .printf(
                        "%s: an input of %s, %s, that makes the accumulator of element %s %,d, %.2f %%"
                                + " of its bound%n",
                        file,
                        w.layer().name(),
                        w.input().type(),
                        w.index(),
                        w.accumulator(),
                        100 * w.share());
        return 0;
    }

    private void table(Certificate certificate) {
        Table table = new Table();
        table.row("layer", "operator", "channels", "worst", "lowest", "highest", "bits", "margin");
        for (Layer l : certificate.layers()) {
            table.row(
                    l.name(),
                    l.operator(),
                    l.channels(),
                    l.channel(),
                    String.format("%,d", l.lowest()),
                    String.format("%,d", l.highest()),
                    l.bits(),
                    l.margin());
        }
        spec.commandLine().getOut().print(table);
        if (certificate.isProved()) {
            spec.commandLine()
                    .getOut()
                    .printf(
                            "proved: no input overflows an accumulator of these %d layers%n",
                            certificate.layers().size());
        }
    }

    private static ObjectNode json(Certificate certificate) {
        ObjectNode root = Json.object();
        root.put("proved", certificate.isProved());
        ArrayNode layers = root.putArray("layers");
        for (Layer l : certificate.layers()) {
            ObjectNode node = layers.addObject();
            node.put("name", l.name());
            node.put("op", l.operator());
            node.put("channels", l.channels());
            node.put("channel", l.channel());
            node.put("lowest", l.lowest());
            node.put("highest", l.highest());
            node.put("partial", l.partial());
            node.put("bits", l.bits());
            node.put("available", l.available());
            node.put("proved", l.isProved());
        }
        return root;
    }
}

package quern.cli.command;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Which of several graphs in a file is meant. */
final class Signature {
    @Option(
            names = "--signature",
            paramLabel = "KEY",
            description = "the signature of a .tflite file (default: its first graph)")
    private Optional<String> key = Optional.empty();

    Optional<String> key() {
        return key;
    }
}

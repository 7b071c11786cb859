package quern.cli.command;

import java.util.Optional;
import picocli.CommandLine.Option;
import quern.fixedpoint.RoundingMode;

/** How the integer operators of a model round. */
final class Rounding {
    @Option(
            names = "--rounding",
            paramLabel = "MODE",
            description =
                    "rounding mode of the model's integer operators: double, single, float-even, xnnpack, onnx-ref")
    private Optional<RoundingMode> mode = Optional.empty();

    /** The mode that overrides the model's own, if one is given. */
    Optional<RoundingMode> mode() {
        return mode;
    }
}

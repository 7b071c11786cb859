package quern.cli.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import quern.runtime.PlanOptions;

/** Options that say how to run, never what comes out. */
final class Machine {
    @Option(
            names = "--tier",
            paramLabel = "TIER",
            description =
                    "kernel tier: auto, scalar, simd or machinecode (default: auto, the fastest that"
                            + " runs); the bits are the same")
    private String tier;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "threads to compute with (default: 1); the bits are the same")
    private int threads = 1;

    PlanOptions options(CommandSpec spec, boolean keepAll) {
        try {
            PlanOptions options = PlanOptions.defaults().withThreads(threads).withKeepAll(keepAll);
            return (tier == null ? options : options.withTier(tier)).requireTier();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}

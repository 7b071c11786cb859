package quern.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import quern.cli.InputFiles;
import quern.cli.ModelFile;
import quern.cli.OutputFolder;
import quern.cli.Progress;
import quern.cli.UserException;
import quern.graph.Graph;
import quern.graph.Value;
import quern.rewrite.Binding;
import quern.rewrite.Simplify;
import quern.runtime.Plan;
import quern.runtime.Session;
import quern.tensor.Tensor;

/** Runs a model on input files and writes its outputs. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs a model on input files and writes its outputs.")
public final class RunCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "a .qrn, .tflite or .onnx file")
    private Path model;

    @Option(
            names = "--input",
            required = true,
            arity = "1..*",
            paramLabel = "[NAME=]FILE",
            description =
                    ".npy, or raw little-endian .bin in the model's layout and type; by name or in order")
    private List<String> inputs;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "folder for outputs.json and one .bin for each output")
    private Path output;

    @Option(
            names = "--dump-all",
            paramLabel = "DIR",
            description = "runs the graph unsimplified and writes every intermediate tensor there")
    private Path dumpAll;

    @Mixin private InputShapes shapes;

    @Mixin private Rounding rounding;

    @Mixin private Machine machine;

    @Option(
            names = "--frames",
            paramLabel = "N",
            description = "each input file holds N inputs one after another (default: 1)")
    private int frames = 1;

    @Option(names = "--keep-state", description = "recurrent state goes on from frame to frame")
    private boolean keepState;

    @Mixin private Signature signature;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public RunCommand() {}

    @Override
    public Integer call() throws IOException {
        if (frames < 1 || frames > 1_000_000) {
            throw new ParameterException(
                    spec.commandLine(), "--frames must be between 1 and 1000000, not " + frames);
        }
        ModelFile file = ModelFile.read(model, rounding.mode(), signature.key());
        Graph given = dumpAll == null ? file.simplified() : file.imported();
        InputFiles files = InputFiles.read(given, inputs, frames, shapes.of(given));
        Binding bound = Binding.of(given, files.types(), Map.of());
        if (bound.rest().isPresent()) {
            return inPieces(given, files);
        }
        Graph graph =
                Binding.isStatic(given)
                        ? given
                        : dumpAll == null ? Simplify.keepingBits(bound.ready()) : bound.ready();
        OutputFolder results = new OutputFolder(output, InspectCommand.outputs(graph));
        List<Value> intermediates =
                graph.nodes().stream().flatMap(n -> n.outputs().stream()).toList();
        OutputFolder dump = dumpAll == null ? null : new OutputFolder(dumpAll, intermediates);
        Plan plan = Plan.of(graph, machine.options(spec, dump != null));
        try (Session session = Session.open(plan);
                Progress progress = new Progress("run", frames)) {
            for (int f = 0; f < frames; f++) {
                if (f > 0 && !keepState) {
                    session.resetState();
                }
                results.add(session.run(files.frame(f).toArray(Tensor[]::new)));
                if (dump != null) {
                    dump.add(intermediates.stream().map(v -> session.value(v.name())).toList());
                }
                progress.step();
            }
        }
        if (dump != null) {
            dump.finish();
        }
        results.finish();
        return 0;
    }

    /** Runs a model whose output shapes depend on computed values. */
    private int inPieces(Graph graph, InputFiles files) throws IOException {
        if (dumpAll != null || frames > 1) {
            throw new UserException(
                    "the shapes of this model depend on computed values, which --dump-all and"
                            + " --frames cannot follow");
        }
        try (Session session = Session.open(graph, machine.options(spec, false))) {
            List<Tensor> made = session.run(files.frame(0).toArray(Tensor[]::new));
            List<Value> types = new ArrayList<>();
            for (int i = 0; i < made.size(); i++) {
                types.add(new Value(graph.outputs().get(i), made.get(i).type()));
            }
            OutputFolder results = new OutputFolder(output, types);
            results.add(made);
            results.finish();
        }
        return 0;
    }
}

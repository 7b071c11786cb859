package quern.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import quern.cli.ModelFile;
import quern.cli.Progress;
import quern.cli.UserException;
import quern.cli.data.DataOptions;
import quern.cli.data.DataSet;
import quern.cli.metric.TensorError;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.OpSet;
import quern.rewrite.ShortNames;
import quern.runtime.Session;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Shows where two models of one graph differ, tensor by tensor. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = "Shows the error of every tensor that two models of one graph share.")
public final class CompareCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "MODEL_A",
            description = "the reference, usually the float model")
    private Path modelA;

    @Parameters(
            index = "1",
            paramLabel = "MODEL_B",
            description = "the model whose error is measured")
    private Path modelB;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DATA",
            description = "samples of the models' input: [NAME=]PATH[,[NAME=]PATH...]")
    private String spec;

    @Mixin private DataOptions data;

    @Mixin private Machine machine;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @CommandLine.Spec private CommandLine.Model.CommandSpec command;

    public CompareCommand() {}

    /**
     * A tensor that both models have, under one name or, where a converter joined the names of
     * fused operations, under the first of them.
     */
    private record Shared(String name, String nameInB, String op, TensorError error) {}

    @Override
    public Integer call() throws IOException {
        Graph a = ModelFile.read(modelA).simplified();
        Graph b = ModelFile.read(modelB).simplified();
        List<Shared> tensors = shared(a, b);
        if (tensors.isEmpty()) {
            throw new UserException(
                    modelA
                            + " and "
                            + modelB
                            + " have no tensor of one name and shape: they are not two models of one graph");
        }
        int samples = measure(a, b, tensors);
        if (json) {
            print(tensors, samples);
        } else {
            command.commandLine().getOut().print(table(tensors));
        }
        return 0;
    }

    private static List<Shared> shared(Graph a, Graph b) {
        Map<String, String> byBase = new HashMap<>();
        for (Node n : b.nodes()) {
            n.outputs().forEach(v -> byBase.put(ShortNames.base(v.name()), v.name()));
        }
        List<Shared> tensors = new ArrayList<>();
        ShortNames names = ShortNames.of(a);
        for (Value v : a.inputs()) {
            add(tensors, a, v.name(), b, List.of(v.name()), "input");
        }
        for (Node n : a.nodes()) {
            for (Value v : n.outputs()) {
                String name = v.name();
                String base = byBase.getOrDefault(name, name);
                List<String> candidates = List.of(name, names.name(name), base);
                add(tensors, a, name, b, candidates, OpSet.standard().name(n.op()));
            }
        }
        return tensors;
    }

    private static void add(
            List<Shared> tensors,
            Graph a,
            String name,
            Graph b,
            List<String> candidates,
            String op) {
        TensorType type = a.type(name);
        candidates.stream()
                .filter(c -> b.has(c) && b.constant(c).isEmpty())
                .filter(c -> b.type(c).shape().equals(type.shape()))
                .filter(c -> TensorError.isMeasurable(type) && TensorError.isMeasurable(b.type(c)))
                .findFirst()
                .ifPresent(c -> tensors.add(new Shared(name, c, op, new TensorError())));
    }

    private int measure(Graph a, Graph b, List<Shared> tensors) {
        try (DataSet dataA = DataSet.open(spec, data, a, DataSet.ALL);
                DataSet dataB = DataSet.open(spec, data, b, DataSet.ALL);
                Session sessionA = Session.open(a, machine.options(command, true));
                Session sessionB = Session.open(b, machine.options(command, true));
                Progress progress = new Progress("compare", dataA.size())) {
            for (int i = 0; i < dataA.size(); i++) {
                sessionA.resetState();
                sessionB.resetState();
                sessionA.run(dataA.inputs(i).toArray(Tensor[]::new));
                sessionB.run(dataB.inputs(i).toArray(Tensor[]::new));
                tensors.forEach(
                        t -> t.error().add(sessionA.value(t.name()), sessionB.value(t.nameInB())));
                progress.step();
            }
            return dataA.size();
        }
    }

    private static Table table(List<Shared> tensors) {
        Table table =
                new Table()
                        .row("tensor", "operator", "SQNR dB", "cosine", "max error", "mean error");
        for (Shared t : tensors) {
            TensorError e = t.error();
            table.row(
                    ShortNames.base(t.name()),
                    t.op(),
                    String.format("%.1f", e.sqnr()),
                    String.format("%.5f", e.cosine()),
                    String.format("%.4g", e.maxAbs()),
                    String.format("%.4g", e.meanAbs()));
        }
        return table;
    }

    private void print(List<Shared> tensors, int samples) {
        ObjectNode root = Json.object();
        root.put("samples", samples);
        ArrayNode list = root.putArray("tensors");
        for (Shared t : tensors) {
            TensorError e = t.error();
            ObjectNode node = list.addObject().put("name", t.name()).put("op", t.op());
            if (Double.isFinite(e.sqnr())) {
                node.put("sqnrDb", e.sqnr());
            } else {
                node.putNull("sqnrDb");
            }
            node.put("cosine", e.cosine()).put("maxAbs", e.maxAbs()).put("meanAbs", e.meanAbs());
        }
        command.commandLine().getOut().println(root.toPrettyString());
    }
}

package quern.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import quern.cli.metric.CodeUse;
import quern.cli.metric.TensorError;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.OpSet;
import quern.quant.diagnosis.LayerErrors;
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

    @Option(
            names = "--layers",
            arity = "0..1",
            fallbackValue = "4",
            paramLabel = "SAMPLES",
            description =
                    "also measure what each layer alone does to the outputs and what they were"
                            + " without it, on some samples (default: 4), and order by that")
    private int layerSamples;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @CommandLine.Spec private CommandLine.Model.CommandSpec command;

    public CompareCommand() {}

    /**
     * A tensor that both models have, under one name or, where a converter joined the names of
     * fused operations, under the first of them.
     */
    private record Shared(
            String name, String nameInB, String op, TensorError error, Optional<CodeUse> use) {}

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
        Optional<LayerErrors> layers =
                layerSamples > 0 ? Optional.of(layers(a, b, tensors)) : Optional.empty();
        Map<String, LayerErrors.Layer> byName = new LinkedHashMap<>();
        layers.ifPresent(all -> all.layers().forEach(l -> byName.put(l.name(), l)));
        List<Shared> ordered = new ArrayList<>(tensors);
        ordered.sort(
                Comparator.comparingDouble(
                        t -> byName.containsKey(t.name()) ? -byName.get(t.name()).alone() : 0));
        if (json) {
            print(ordered, samples, layers, byName);
        } else {
            command.commandLine().getOut().print(table(ordered, layers, byName));
        }
        return 0;
    }

    private LayerErrors layers(Graph a, Graph b, List<Shared> tensors) {
        Map<String, String> names = new HashMap<>();
        tensors.forEach(t -> names.put(t.name(), t.nameInB()));
        List<List<Tensor>> some = new ArrayList<>();
        try (DataSet samples = DataSet.open(spec, data, a, DataSet.ALL)) {
            int count = Math.min(layerSamples, samples.size());
            for (int i = 0; i < count; i++) {
                some.add(samples.reals((int) ((long) i * samples.size() / count)));
            }
        }
        return LayerErrors.measure(a, b, names, some);
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
                .ifPresent(
                        c -> {
                            Optional<CodeUse> use =
                                    CodeUse.has(b.type(c))
                                            ? Optional.of(new CodeUse())
                                            : Optional.empty();
                            tensors.add(new Shared(name, c, op, new TensorError(), use));
                        });
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
                for (Shared t : tensors) {
                    Tensor x = sessionA.value(t.name());
                    Tensor y = sessionB.value(t.nameInB());
                    t.error().add(x, y);
                    t.use().ifPresent(u -> u.add(x, y));
                }
                progress.step();
            }
            return dataA.size();
        }
    }

    private static Table table(
            List<Shared> tensors,
            Optional<LayerErrors> layers,
            Map<String, LayerErrors.Layer> byName) {
        Table table = new Table();
        List<String> head =
                new ArrayList<>(List.of("tensor", "operator", "SQNR dB", "cosine", "max error"));
        head.addAll(List.of("mean error", "bias", "clipped low %", "high %", "codes used %"));
        layers.ifPresent(all -> head.addAll(List.of("alone %", "without it %")));
        table.row(head.toArray());
        for (Shared t : tensors) {
            TensorError e = t.error();
            List<String> row = new ArrayList<>(List.of(ShortNames.base(t.name()), t.op()));
            row.add(String.format("%.1f", e.sqnr()));
            row.add(String.format("%.5f", e.cosine()));
            row.add(String.format("%.4g", e.maxAbs()));
            row.add(String.format("%.4g", e.meanAbs()));
            row.add(String.format("%.3g", e.bias()));
            row.add(t.use().map(u -> percent(u.below())).orElse("-"));
            row.add(t.use().map(u -> percent(u.above())).orElse("-"));
            row.add(t.use().map(u -> percent(u.used())).orElse("-"));
            if (layers.isPresent()) {
                LayerErrors.Layer l = byName.get(t.name());
                row.add(l == null ? "-" : share(l.alone(), layers.get().all()));
                row.add(l == null ? "-" : share(l.without(), layers.get().all()));
            }
            table.row(row.toArray());
        }
        return table;
    }

    private static String percent(double part) {
        return String.format("%.2f", 100 * part);
    }

    private static String share(double error, double all) {
        return all == 0 ? "-" : String.format("%.1f", 100 * error / all);
    }

    private void print(
            List<Shared> tensors,
            int samples,
            Optional<LayerErrors> layers,
            Map<String, LayerErrors.Layer> byName) {
        ObjectNode root = Json.object();
        root.put("samples", samples);
        layers.ifPresent(all -> root.put("outputError", all.all()));
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
            node.put("bias", e.bias());
            t.use().ifPresent(u -> node.put("clippedLow", u.below()));
            t.use().ifPresent(u -> node.put("clippedHigh", u.above()).put("codesUsed", u.used()));
            LayerErrors.Layer l = byName.get(t.name());
            if (l != null) {
                node.put("errorAlone", l.alone()).put("errorWithout", l.without());
            }
        }
        command.commandLine().getOut().println(root.toPrettyString());
    }
}

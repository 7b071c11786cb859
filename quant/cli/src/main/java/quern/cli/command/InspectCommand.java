package quern.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import quern.cli.ModelFile;
import quern.error.ShapeException;
import quern.graph.Graph;
import quern.graph.GraphCost;
import quern.graph.GraphText;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.OpSet;
import quern.rewrite.Binding;
import quern.runtime.Plan;

/** Prints what a model is and what running it takes, before anything is allocated for it. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Prints the graph, its operators, parameters, MACs and arena bytes.")
public final class InspectCommand implements Callable<Integer> {
    private enum Format {
        text,
        json
    }

    @Parameters(paramLabel = "MODEL", description = "a .qrn, .tflite or .onnx file")
    private Path model;

    @Option(names = "--format", paramLabel = "text|json", description = "default: text")
    private Format format = Format.text;

    @Option(
            names = "--plan",
            description = "also print the plan: kernels and arena offsets, step by step")
    private boolean plan;

    @Mixin private InputShapes shapes;

    @Mixin private Signature signature;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public InspectCommand() {}

    @Override
    public Integer call() throws IOException {
        Graph read = ModelFile.read(model, Optional.empty(), signature.key()).simplified();
        Graph graph = shapes.of(read).isEmpty() ? read : shapes.bound(read);
        GraphCost cost = GraphCost.of(graph);
        Map<String, Long> ops =
                graph.nodes().stream()
                        .collect(
                                Collectors.groupingBy(
                                        n -> OpSet.standard().name(n.op()),
                                        TreeMap::new,
                                        Collectors.counting()));
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.json) {
            out.println(json(graph, cost, ops).toPrettyString());
        } else {
            text(out, graph, cost, ops);
        }
        return 0;
    }

    private static ObjectNode json(Graph graph, GraphCost cost, Map<String, Long> ops) {
        ObjectNode root = Json.object();
        root.put("name", graph.name());
        root.put("rounding", graph.rounding().label());
        Json.values(root.putArray("inputs"), graph.inputs());
        Json.values(root.putArray("outputs"), outputs(graph));
        Json.counts(root.putObject("ops"), ops);
        root.put("parameters", cost.parameters());
        root.put("weightBytes", cost.weightBytes());
        if (Binding.isStatic(graph)) {
            Plan prepared = Plan.of(graph);
            root.put("arenaBytes", prepared.arenaBytes());
            root.put("accumulatorBytes", prepared.accumulatorBytes());
            root.put("packedWeightBytes", prepared.packedWeightBytes());
        } else {
            root.putNull("arenaBytes");
            root.putNull("macs");
        }
        root.put("transposes", ops.getOrDefault("Transpose", 0L));
        if (!root.has("macs")) {
            Json.counts(root.putObject("macs"), cost.macs());
        }
        return root;
    }

    private void text(PrintWriter out, Graph graph, GraphCost cost, Map<String, Long> ops) {
        out.print(GraphText.of(graph).text());
        out.println();
        Table table = new Table();
        table.row(
                "operators",
                graph.nodes().size()
                        + " ("
                        + ops.entrySet().stream()
                                .map(e -> e.getKey() + " " + e.getValue())
                                .collect(Collectors.joining(", "))
                        + ")");
        table.row("parameters", String.format("%,d", cost.parameters()));
        table.row("weight bytes", String.format("%,d", cost.weightBytes()));
        table.row(
                "MACs",
                Binding.isStatic(graph)
                        ? cost.macs().entrySet().stream()
                                .map(e -> String.format("%,d %s", e.getValue(), e.getKey()))
                                .collect(Collectors.joining(", "))
                        : "unknown: give the dimensions of the inputs with --shape");
        table.row("arena bytes", planned(graph, Plan::arenaBytes));
        table.row("accumulator bytes", planned(graph, Plan::accumulatorBytes));
        table.row("packed weight bytes", planned(graph, Plan::packedWeightBytes));
        table.row("quantization", quantization(graph));
        graph.metadata().forEach((k, v) -> table.row(k, v));
        out.print(table.toString().replaceAll("(?m)^(\\S.*?)  +", "$1  "));
        if (plan) {
            out.println();
            out.println(Plan.of(graph));
        }
    }

    private static String planned(Graph graph, ToLongFunction<Plan> bytes) {
        try {
            return String.format("%,d", bytes.applyAsLong(Plan.of(graph)));
        } catch (ShapeException e) {
            return "unknown: " + e.getMessage();
        }
    }

    private static String quantization(Graph graph) {
        long codes = graph.nodes().stream().filter(InspectCommand::isQuantized).count();
        String modes =
                graph.nodes().stream()
                        .filter(InspectCommand::isQuantized)
                        .map(n -> n.rounding().label())
                        .distinct()
                        .collect(Collectors.joining(", "));
        return codes == 0
                ? "none"
                : codes + " of " + graph.nodes().size() + " operators on codes, rounding " + modes;
    }

    private static boolean isQuantized(Node n) {
        return n.output().type().isQuantized();
    }

    static List<Value> outputs(Graph graph) {
        return graph.outputs().stream().map(o -> new Value(o, graph.type(o))).toList();
    }
}

package quern.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import quern.cli.ModelFile;
import quern.graph.Graph;
import quern.graph.GraphCost;
import quern.graph.Node;
import quern.rewrite.ShortNames;
import quern.runtime.Plan;
import quern.runtime.Session;
import quern.runtime.StepTime;

/** Measures how long one run of a model takes. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures how long one run takes: median and 90th percentile of many.")
public final class BenchCommand implements Callable<Integer> {
    private static final int PROFILE_ROUNDS = 50;

    @Parameters(paramLabel = "MODEL", description = "a .qrn, .tflite or .onnx file")
    private Path model;

    @Mixin private Machine machine;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description = "time to run before measuring (default: 2)")
    private double warmup = 2;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            description = "time to measure (default: 3)")
    private double seconds = 3;

    @Option(names = "--profile", description = "also the time of each step")
    private boolean profile;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @Mixin private InputShapes shapes;

    @Mixin private Signature signature;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public BenchCommand() {}

    @Override
    public Integer call() throws IOException {
        if (!(warmup >= 0 && warmup <= 3600 && seconds > 0 && seconds <= 3600)) {
            throw new ParameterException(
                    spec.commandLine(), "--warmup and --seconds are between 0 and 3600 seconds");
        }
        Graph read = ModelFile.read(model, Optional.empty(), signature.key()).simplified();
        Graph graph = shapes.bound(read);
        Plan plan = Plan.of(graph, machine.options(spec, false));
        try (Session session = Session.open(plan)) {
            measure(session, warmup);
            long[] nanos = measure(session, seconds);
            report(graph, plan, nanos, profile ? profile(session) : List.of());
        }
        return 0;
    }

    private static long[] measure(Session session, double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        List<Long> nanos = new ArrayList<>();
        for (long start = System.nanoTime();
                start < end || nanos.isEmpty();
                start = System.nanoTime()) {
            session.run();
            nanos.add(System.nanoTime() - start);
        }
        return nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** Each step with the median of its times. */
    private static List<StepTime> profile(Session session) {
        List<List<StepTime>> rounds = new ArrayList<>();
        for (int r = 0; r < PROFILE_ROUNDS; r++) {
            rounds.add(session.profile());
        }
        List<StepTime> medians = new ArrayList<>();
        for (int s = 0; s < rounds.get(0).size(); s++) {
            int step = s;
            long[] nanos = rounds.stream().mapToLong(r -> r.get(step).nanos()).sorted().toArray();
            StepTime one = rounds.get(0).get(s);
            medians.add(new StepTime(one.node(), one.kernel(), nanos[nanos.length / 2]));
        }
        return medians;
    }

    private void report(Graph graph, Plan plan, long[] nanos, List<StepTime> steps) {
        double median = nanos[nanos.length / 2] / 1e6;
        double p90 = nanos[Math.min(nanos.length - 1, nanos.length * 9 / 10)] / 1e6;
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode root = Json.object();
            root.put("tier", plan.tier());
            root.put("threads", plan.options().threads());
            root.put("runs", nanos.length);
            root.put("medianMs", median);
            root.put("p90Ms", p90);
            if (profile) {
                ArrayNode list = root.putArray("profile");
                steps.forEach(
                        s ->
                                list.addObject()
                                        .put("node", s.node())
                                        .put("kernel", s.kernel())
                                        .put("macs", macs(graph, s))
                                        .put("medianMs", s.nanos() / 1e6));
            }
            out.println(root.toPrettyString());
            return;
        }
        int threads = plan.options().threads();
        out.printf(
                "tier %s, %d thread%s, %d runs: median %.3f ms, p90 %.3f ms%n",
                plan.tier(), threads, threads == 1 ? "" : "s", nanos.length, median, p90);
        if (profile) {
            long total = Math.max(1, steps.stream().mapToLong(StepTime::nanos).sum());
            Table table = new Table().row("node", "kernel", "ms", "MACs", "MAC/ns", "share");
            steps.stream()
                    .sorted(Comparator.comparingLong(StepTime::nanos).reversed())
                    .forEach(
                            s ->
                                    table.row(
                                            ShortNames.base(s.node()),
                                            s.kernel(),
                                            String.format("%.4f", s.nanos() / 1e6),
                                            count(macs(graph, s)),
                                            rate(macs(graph, s), s.nanos()),
                                            String.format("%.1f %%", 100.0 * s.nanos() / total)));
            out.print(table);
        }
    }

    private static String count(long macs) {
        return macs == 0 ? "" : String.format("%,d", macs);
    }

    private static String rate(long macs, long nanos) {
        return macs == 0 || nanos == 0 ? "" : String.format("%.1f", (double) macs / nanos);
    }

    /** Those of the step's node, or of the layer before it that the step does the work of. */
    private static long macs(Graph graph, StepTime step) {
        Optional<Node> node = graph.producer(step.node());
        long macs = node.map(n -> GraphCost.macs(graph, n)).orElse(0L);
        return macs > 0 || !step.kernel().contains("+")
                ? macs
                : node.flatMap(n -> graph.producer(n.inputs().get(0)))
                        .map(n -> GraphCost.macs(graph, n))
                        .orElse(0L);
    }
}

package quern.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import quern.graph.Graph;
import quern.rewrite.Binding;
import quern.rewrite.Simplify;
import quern.runtime.Plan;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.runtime.StepTime;
import quern.tensor.Tensor;

/** Measures whole models side by side with ONNX Runtime, in one process and in turn. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = "Measures whole models side by side with ONNX Runtime, in turn.")
public final class Compare implements Callable<Integer> {
    private static final int KINDS = 12;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description = "folder of models (default: ../shared/models)")
    private Path models = Path.of("../shared/models");

    @Option(
            names = "--tiers",
            split = ",",
            paramLabel = "TIER",
            description = "tiers to measure (default: scalar,simd,machinecode)")
    private List<String> tiers =
            List.of(PlanOptions.SCALAR, PlanOptions.SIMD, PlanOptions.MACHINECODE);

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            description = "numbers of threads (default: 1)")
    private List<Integer> threads = List.of(1);

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "MODEL",
            description = "only models whose names contain one of these")
    private List<String> only = List.of("");

    @Option(
            names = "--seconds",
            description = "time to measure each pair (default: ${DEFAULT-VALUE})")
    private double seconds = 3;

    @Option(names = "--profile", description = "also the time of each kind of kernel")
    private boolean profile;

    @Option(names = "--no-start", description = "leave out starts of whole processes")
    private boolean noStart;

    @Option(names = "--json", paramLabel = "FILE", description = "write the rows as JSON")
    private Path json;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            description = "put the tables between the marks of this Java in a file")
    private Path markdown;

    @Spec private CommandSpec spec;

    private final List<ComparedRow> rows = new ArrayList<>();

    public static void main(String[] args) {
        System.exit(new CommandLine(new Compare()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        requireTiers();
        if (!Files.isDirectory(models)) {
            System.err.println("compare: " + models + " is not a folder of models");
            return 1;
        }
        new ComparedModels(models, System.err).forEach(this::measure);
        String tables = ComparedRow.table(rows);
        System.out.println();
        System.out.println(tables);
        if (!noStart) {
            String starts = Starts.measure(models);
            System.out.println(starts);
            tables += "\n" + starts;
        }
        if (json != null) {
            write();
        }
        if (markdown != null) {
            Results.put(markdown, "comparison", "bench/compare", tables);
        }
        return 0;
    }

    /** Refuses what is no tier, or no number of threads, before anything is measured. */
    private void requireTiers() {
        try {
            tiers.forEach(t -> PlanOptions.defaults().withTier(t));
            threads.forEach(n -> PlanOptions.defaults().withThreads(n));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void measure(ComparedModel m) {
        if (only.stream().noneMatch(m.name()::contains)) {
            return;
        }
        for (int n : threads) {
            try (OrtRun theirs = new OrtRun(m.onnx(), m.inputs(), n)) {
                for (String tier : tiers) {
                    measure(m, tier, n, theirs);
                }
            } catch (IllegalStateException e) {
                System.err.println(
                        m.name() + " " + m.precision() + ": ONNX Runtime: " + e.getMessage());
            }
        }
    }

    private void measure(ComparedModel m, String tier, int n, OrtRun theirs) {
        PlanOptions options = PlanOptions.defaults().withTier(tier).withThreads(n);
        Plan plan;
        try {
            plan = Plan.of(bound(m), options);
        } catch (IllegalArgumentException e) {
            System.err.println(
                    m.name() + " " + m.precision() + ", " + tier + ": " + e.getMessage());
            return;
        }
        try (Session session = Session.open(plan)) {
            session.run(m.inputs().toArray(Tensor[]::new));
            Duel d = Duel.of(session::run, theirs::run, seconds, seconds);
            ComparedRow row =
                    new ComparedRow(
                            m.name(),
                            m.precision(),
                            tier,
                            n,
                            d.oursMs(),
                            d.theirsMs(),
                            d.ratio(),
                            m.small());
            rows.add(row);
            System.out.printf(
                    Locale.ROOT,
                    "%-18s %-9s %-11s %d thread%s %9.3f ms, ONNX Runtime %9.3f ms, ratio %.2f%n",
                    row.model(),
                    row.precision(),
                    tier,
                    n,
                    n == 1 ? " " : "s",
                    row.oursMs(),
                    row.ortMs(),
                    row.ratio());
            if (profile) {
                printKernels(session);
            }
        }
    }

    /** Time and number of the steps of each kind, the longest first. */
    private static void printKernels(Session session) {
        Map<String, List<StepTime>> kinds =
                session.profile().stream().collect(Collectors.groupingBy(StepTime::kernel));
        kinds.entrySet().stream()
                .sorted(Comparator.comparingLong(e -> -nanos(e.getValue())))
                .limit(KINDS)
                .forEach(
                        e ->
                                System.out.printf(
                                        Locale.ROOT,
                                        "    %9.3f ms %4d %s%n",
                                        nanos(e.getValue()) / 1e6,
                                        e.getValue().size(),
                                        e.getKey()));
    }

    private static long nanos(List<StepTime> steps) {
        return steps.stream().mapToLong(StepTime::nanos).sum();
    }

    private static Graph bound(ComparedModel m) {
        return Binding.isStatic(m.graph())
                ? m.graph()
                : Simplify.keepingBits(
                        Binding.bind(m.graph(), m.inputs().stream().map(Tensor::type).toList()));
    }

    private void write() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ArrayNode all = mapper.createArrayNode();
        for (ComparedRow r : rows) {
            all.addObject()
                    .put("model", r.model())
                    .put("precision", r.precision())
                    .put("tier", r.tier())
                    .put("threads", r.threads())
                    .put("oursMs", r.oursMs())
                    .put("ortMs", r.ortMs())
                    .put("ratio", r.ratio());
        }
        Files.writeString(json, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(all));
    }
}

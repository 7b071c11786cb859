package quern.runtime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quern.graph.Graph;
import quern.graph.State;
import quern.runtime.arena.ArenaLayout;
import quern.runtime.arena.ArenaPlanner;
import quern.runtime.arena.Buffer;
import quern.runtime.kernel.Operand;
import quern.runtime.kernel.Packs;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType.Storage;
import quern.tensor.Ints;

/**
 * What runs for a graph of static shapes on this machine: prepared kernels in order, packed
 * weights, and the place of every value in the arena. Immutable and shared freely between threads;
 * a {@link Session} runs it.
 *
 * <p>Making a plan allocates no arena. The arrays of the graph's constants are shared, not copied.
 */
public final class Plan {
    private static final int WORK_OF_A_PART = 20_000;

    private final Graph graph;
    private final PlanOptions options;
    private final Microkernels micro;
    private final List<Step> steps;
    private final Map<String, Operand> places;
    private final Map<State, Operand> carried;
    private final Map<String, String> reference;
    private final ArenaLayout layout;
    private final long lowerBound;

    Plan(
            Graph graph,
            PlanOptions options,
            Microkernels micro,
            List<Step> steps,
            Map<String, Operand> places,
            Map<State, Operand> carried,
            Map<String, String> reference,
            List<Buffer> buffers,
            Map<Storage, Ints> rows,
            List<ArenaLayout> inner) {
        this.graph = graph;
        this.options = options;
        this.micro = micro;
        this.steps = List.copyOf(steps);
        this.places = new LinkedHashMap<>(places);
        this.carried = new LinkedHashMap<>(carried);
        this.reference = Collections.unmodifiableMap(new LinkedHashMap<>(reference));
        this.layout = ArenaPlanner.plan(buffers).withRows(rows, options.threads()).withInner(inner);
        this.lowerBound = ArenaPlanner.lowerBoundBytes(buffers);
    }

    /** A plan with {@link PlanOptions#defaults()}. */
    public static Plan of(Graph graph) {
        return of(graph, PlanOptions.defaults());
    }

    /**
     * Prepares every node of a graph.
     *
     * @throws quern.error.ShapeException if a dimension is symbolic, or the arena would be larger
     *     than arrays can be
     * @throws quern.error.UnsupportedOpException if a node cannot run, or has only a reference
     *     kernel and the options are strict
     */
    public static Plan of(Graph graph, PlanOptions options) {
        return of(graph, options, WORK_OF_A_PART);
    }

    /** A plan that splits a kernel if each part has at least this many elementary steps. */
    static Plan of(Graph graph, PlanOptions options, int workOfAPart) {
        return new PlanBuilder(graph, options, workOfAPart, Set.of(), new Packs()).build();
    }

    /** A plan that shares packed weights with other plans of the graph. */
    static Plan of(Graph graph, PlanOptions options, Packs packs) {
        return new PlanBuilder(graph, options, WORK_OF_A_PART, Set.of(), packs).build();
    }

    public Graph graph() {
        return graph;
    }

    public PlanOptions options() {
        return options;
    }

    /** The tier that runs: {@code scalar} in this version. */
    public String tier() {
        return micro.tier();
    }

    /** Bytes of the arena that a session allocates: values and scratch, all storage types. */
    public long arenaBytes() {
        return layout.bytes();
    }

    /** Bytes of the rows of accumulators that a session allocates beside the arena. */
    public long accumulatorBytes() {
        return layout.rowBytes();
    }

    /**
     * Bytes of weights that kernels hold in a form of their own, beside the constants of the graph:
     * rows of four bytes a weight.
     */
    public long packedWeightBytes() {
        return steps.stream().mapToLong(s -> s.kernel().packedBytes()).sum();
    }

    /** The part of {@link #arenaBytes()} that is arrays of one storage type. */
    public long arenaBytes(Storage storage) {
        return layout.bytes(storage);
    }

    /**
     * Bytes of the largest set of values and scratch that are needed at one time, summed over the
     * storage types: no arena can be smaller.
     */
    public long largestLiveSetBytes() {
        return lowerBound;
    }

    /** Names of the nodes that run a reference kernel, each with the reason. */
    public Map<String, String> referenceNodes() {
        return reference;
    }

    List<Step> steps() {
        return steps;
    }

    ArenaLayout layout() {
        return layout;
    }

    /** Where a value is found. */
    Optional<Operand> place(String value) {
        return Optional.ofNullable(places.get(value));
    }

    /** The buffer that holds a state from run to run. */
    Operand carried(State state) {
        return carried.get(state);
    }

    /** The most parts into which a step is split: threads that a session needs. */
    int threads() {
        return steps.stream().mapToInt(Step::parts).max().orElse(1);
    }

    /**
     * The plan as text: sizes, then a line for each step with its kernel, inputs, outputs and
     * scratch, each as type and place ({@code byte@128} is element 128 of the byte slab).
     */
    @Override
    public String toString() {
        return new PlanPrinter(this).text();
    }
}

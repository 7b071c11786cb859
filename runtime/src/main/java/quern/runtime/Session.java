package quern.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.error.ShapeException;
import quern.graph.Graph;
import quern.graph.Value;
import quern.rewrite.Binding;
import quern.rewrite.Simplify;
import quern.rewrite.Stages;
import quern.runtime.kernel.Packs;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Runs a graph or a plan: owns an arena and, for more than one thread, a pool of threads. Used by
 * one thread at a time; any number of sessions may run one plan at one time.
 *
 * <p>Two ways to run: fill {@link #input(int)}, call {@link #run()} and read {@link #output(int)},
 * which with one thread allocates nothing once it is warm; or {@link #run(Tensor...)}, which
 * copies. The memory of an input goes to other values after it was read for the last time: fill
 * every input before each run.
 *
 * <p>A graph with symbolic dimensions is planned for the shapes that {@link #bind} or {@link
 * #run(Tensor...)} gives it. The plans of the last {@value #MOST_PLANS} sets of shapes are kept;
 * they share their packed weights. If a shape depends on computed values, the graph runs in several
 * pieces, and what follows on these values is planned in every run.
 */
public final class Session implements AutoCloseable {
    /** Sets of input shapes whose plans are kept. */
    public static final int MOST_PLANS = 8;

    private final Graph graph;
    private final PlanOptions options;
    private final boolean dynamic;
    private final Packs packs = new Packs();
    private final Map<List<Shape>, Bound> bound =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<List<Shape>, Bound> eldest) {
                    boolean full = size() > MOST_PLANS;
                    if (full) {
                        eldest.getValue().session.close();
                    }
                    return full;
                }
            };
    private final Map<Graph, FixedSession> pieces = new IdentityHashMap<>();
    private Bound current;
    private List<Tensor> late = List.of();
    private boolean closed;

    /** What runs for one set of input shapes. */
    private record Bound(Optional<Binding> binding, FixedSession session) {
        boolean inPieces() {
            return binding.flatMap(Binding::rest).isPresent();
        }
    }

    private Session(Graph graph, PlanOptions options, boolean dynamic) {
        this.graph = graph;
        this.options = options;
        this.dynamic = dynamic;
    }

    /** A session with {@link PlanOptions#defaults()}. */
    public static Session open(Graph graph) {
        return open(graph, PlanOptions.defaults());
    }

    /**
     * A session on a graph. A graph of static shapes is planned now, any other when its shapes are
     * known.
     *
     * @throws quern.error.FormatException as {@link Plan#of(Graph, PlanOptions)} does
     */
    public static Session open(Graph graph, PlanOptions options) {
        if (Binding.isStatic(graph)) {
            return open(Plan.of(graph, options));
        }
        return new Session(graph, options, true);
    }

    /** A session with an arena of its own; states begin with their first content. */
    public static Session open(Plan plan) {
        Session s = new Session(plan.graph(), plan.options(), false);
        s.current = new Bound(Optional.empty(), new FixedSession(plan));
        return s;
    }

    /** Whether the graph has symbolic dimensions, so that shapes have to be bound before a run. */
    public boolean isDynamic() {
        return dynamic;
    }

    /** The graph as it was given, symbolic dimensions included. */
    public Graph graph() {
        return graph;
    }

    /** The plan that runs; for a graph that runs in pieces, that of the first. */
    public Plan plan() {
        return fixed().plan();
    }

    /**
     * Plans the graph for these shapes of its inputs, unless that was done before.
     *
     * @param shapes static, in the order of the graph's inputs
     * @throws ShapeException if they do not fit the graph
     */
    public void bind(Shape... shapes) {
        requireOpen();
        if (shapes.length != graph.inputs().size()) {
            throw new ShapeException(
                    graph.name(),
                    "the graph takes " + graph.inputs().size() + " inputs, not " + shapes.length);
        }
        if (!dynamic) {
            for (int i = 0; i < shapes.length; i++) {
                Value v = graph.inputs().get(i);
                if (!v.type().shape().equals(shapes[i])) {
                    throw new ShapeException(
                            "input " + v.name(), "it must be " + v.type() + ", not " + shapes[i]);
                }
            }
            return;
        }
        List<Shape> key = List.copyOf(Arrays.asList(shapes));
        current = bound.get(key);
        if (current == null) {
            List<TensorType> types = new ArrayList<>();
            for (int i = 0; i < shapes.length; i++) {
                types.add(graph.inputs().get(i).type().withShape(shapes[i]));
            }
            Binding binding = Binding.of(graph, types, Map.of());
            Plan plan = Plan.of(Simplify.keepingBits(binding.ready()), options, packs);
            current = new Bound(Optional.of(binding), new FixedSession(plan));
            bound.put(key, current);
        }
    }

    private FixedSession fixed() {
        if (current == null) {
            throw new IllegalStateException(
                    "graph "
                            + graph.name()
                            + " has symbolic dimensions; bind its shapes or run it on tensors first");
        }
        return current.session;
    }

    private boolean inPieces() {
        return current != null && current.inPieces();
    }

    /** Input {@code i} in the arena: to be filled before {@link #run()}. */
    public Tensor input(int i) {
        return fixed().input(i);
    }

    /** The input with this name in the arena. */
    public Tensor input(String name) {
        return fixed().input(name);
    }

    /** Output {@code i}: what the last run computed, until the next run. */
    public Tensor output(int i) {
        return inPieces() ? late.get(i) : fixed().output(i);
    }

    /**
     * Any value after a run: a constant, an output or, on a plan with {@link
     * PlanOptions#keepAll()}, whatever the graph computes. States are seen as the run read them.
     */
    public Tensor value(String name) {
        return fixed().value(name);
    }

    /** Runs every step once on what the inputs hold, and renews the states. */
    public void run() {
        requireOpen();
        fixed().run();
        if (inPieces()) {
            rest();
        }
    }

    private void rest() {
        List<Tensor> made = new ArrayList<>();
        for (int i = 0; i < plan().graph().outputs().size(); i++) {
            made.add(current.session.output(i).copy());
        }
        rest(made);
    }

    private void rest(List<Tensor> made) {
        try {
            late = Stages.rest(current.binding.orElseThrow(), made, this::piece);
        } finally {
            closePieces();
        }
    }

    private List<Tensor> piece(Graph g, List<Tensor> inputs) {
        FixedSession s = pieces.get(g);
        if (s == null) {
            if (pieces.size() == MOST_PLANS) {
                closePieces();
            }
            s = new FixedSession(Plan.of(Simplify.keepingBits(g), options, packs));
            pieces.put(g, s);
        }
        return s.run(inputs.toArray(Tensor[]::new));
    }

    private void closePieces() {
        pieces.values().forEach(FixedSession::close);
        pieces.clear();
    }

    /** Runs as {@link #run()} does and says how long each step took, in order. */
    public List<StepTime> profile() {
        requireOpen();
        List<StepTime> times = fixed().profile();
        if (inPieces()) {
            rest();
        }
        return times;
    }

    /**
     * Runs on copies of the given tensors and returns copies of the outputs, both in the graph's
     * order. Symbolic dimensions are bound to those of the tensors.
     *
     * @param values each of its input's type, or with the input's element type and no quantization;
     *     for a quantized input also F32, which is quantized by the input's scale and the graph's
     *     rounding mode
     * @throws ShapeException if the number of inputs or a type is wrong
     */
    public List<Tensor> run(Tensor... values) {
        requireOpen();
        if (dynamic) {
            bind(Arrays.stream(values).map(Tensor::shape).toArray(Shape[]::new));
        }
        List<Tensor> outputs = fixed().run(values);
        if (inPieces()) {
            rest(outputs);
            return List.copyOf(late);
        }
        return outputs;
    }

    /** Puts every state back to its first content. */
    public void resetState() {
        if (current != null) {
            current.session.resetState();
        }
    }

    /** Ends the threads of the session; a closed session cannot run. */
    @Override
    public void close() {
        closed = true;
        bound.values().forEach(b -> b.session.close());
        if (current != null) {
            current.session.close();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
    }
}

package quern.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quern.error.ShapeException;
import quern.error.UnsupportedOpException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.State;
import quern.graph.Value;
import quern.op.OpSet;
import quern.runtime.arena.ArenaLayout;
import quern.runtime.kernel.CopyStep;
import quern.runtime.kernel.Kernel;
import quern.runtime.kernel.Kernels;
import quern.runtime.kernel.Nested;
import quern.runtime.kernel.Operand;
import quern.runtime.kernel.Packs;
import quern.runtime.kernel.Preparation;
import quern.runtime.kernel.ReferenceStep;
import quern.runtime.kernel.Scratch;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType;
import quern.tensor.DType.Storage;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Turns a graph into the steps of a plan and records how long each value is needed. */
final class PlanBuilder {
    private static final System.Logger LOG = System.getLogger("quern.runtime");
    private static final Operand ABSENT =
            Operand.constant(Tensor.zeros(TensorType.of(DType.F32, Shape.of(0))));

    private final Graph graph;
    private final PlanOptions options;
    private final int workOfAPart;
    private final Microkernels micro;
    private final Map<String, Operand> places = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final Lifetimes lifetimes = new Lifetimes();
    private final Map<Storage, Ints> rows = new EnumMap<>(Storage.class);
    private final Map<String, String> reference = new LinkedHashMap<>();
    private final Map<State, Operand> carried = new LinkedHashMap<>();
    private final List<ArenaLayout> inner = new ArrayList<>();
    private final Set<Node> done = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Integer> held;
    private final Packs packs;

    /**
     * @param workOfAPart elementary steps that pay for waking a thread
     * @param held numbers of the inputs that keep their memory from run to run
     * @param packs packed weights, shared with other plans of the graph
     */
    PlanBuilder(Graph graph, PlanOptions options, int workOfAPart, Set<Integer> held, Packs packs) {
        this.graph = graph;
        this.options = options;
        this.workOfAPart = workOfAPart;
        this.held = held;
        this.packs = packs;
        this.micro = Tiers.of(options.tier());
    }

    Plan build() {
        requireStaticShapes();
        graph.constants().forEach((name, tensor) -> places.put(name, Operand.constant(tensor)));
        graph.inputs().forEach(v -> place(v, 0));
        readStates();
        graph.nodes().forEach(this::node);
        writeStates();
        int end = steps.size() + 1;
        graph.outputs().forEach(name -> touch(places.get(name), end));
        carried.values().forEach(o -> touch(o, end));
        held.forEach(i -> touch(places.get(graph.inputs().get(i).name()), end));
        if (options.keepAll()) {
            places.values().forEach(o -> touch(o, end));
        }
        return new Plan(
                graph,
                options,
                micro,
                steps,
                places,
                carried,
                reference,
                lifetimes.buffers(),
                rows,
                inner);
    }

    private void requireStaticShapes() {
        for (Value v : graph.inputs()) {
            requireStatic("input " + v.name(), v.type());
        }
        for (State s : graph.states()) {
            requireStatic("state " + s.value().name(), s.value().type());
        }
        for (Node n : graph.nodes()) {
            for (Value v : n.outputs()) {
                requireStatic("value " + v.name(), v.type());
            }
        }
    }

    private static void requireStatic(String what, TensorType type) {
        for (int i = 0; i < type.shape().rank(); i++) {
            if (type.shape().isSymbolic(i)) {
                throw new ShapeException(
                        what,
                        "dimension "
                                + i
                                + " of "
                                + type.shape()
                                + " is open ("
                                + type.shape().word(i)
                                + "); give it a number before the graph is planned");
            }
        }
    }

    private Operand place(Value v, int step) {
        Operand o = Operand.inArena(v.type(), lifetimes.add(v.type(), step));
        places.put(v.name(), o);
        return o;
    }

    private void touch(Operand o, int step) {
        if (!o.isConstant()) {
            lifetimes.touch(o.buffer(), step);
        }
    }

    /**
     * State lies in a buffer that lives from run to run. It is read from there, or from a copy
     * where the value must outlive the state's renewal.
     */
    private void readStates() {
        Set<String> outliving = new HashSet<>(graph.outputs());
        graph.states().forEach(s -> outliving.add(s.next()));
        for (State s : graph.states()) {
            Value v = s.value();
            Operand kept = Operand.inArena(v.type(), lifetimes.add(v.type(), 0));
            carried.put(s, kept);
            places.put(v.name(), kept);
        }
        Set<Operand> aliased = new HashSet<>();
        for (String name : outliving) {
            aliased.add(places.getOrDefault(root(name), ABSENT));
        }
        for (State s : graph.states()) {
            if (options.keepAll() || aliased.contains(carried.get(s))) {
                Operand copy = place(s.value(), steps.size() + 1);
                copy("state " + s.value().name() + " as read", carried.get(s), copy);
            }
        }
    }

    private void writeStates() {
        carried.forEach((s, kept) -> copy("state " + s.value().name(), places.get(s.next()), kept));
    }

    private void copy(String title, Operand from, Operand to) {
        touch(from, steps.size() + 1);
        steps.add(
                new Step(
                        title,
                        "",
                        new CopyStep(from, to),
                        1,
                        List.of(from),
                        List.of(to),
                        List.of()));
    }

    /** The value whose elements {@code name} shares. */
    private String root(String name) {
        String value = name;
        while (graph.producer(value).isPresent() && isAlias(graph.producer(value).get())) {
            value = graph.producer(value).get().inputs().get(0);
        }
        return value;
    }

    private boolean isAlias(Node n) {
        return n.has(0) && Kernels.isAlias(n, graph.type(n.inputs().get(0)));
    }

    private void node(Node n) {
        if (done.contains(n)) {
            return;
        }
        List<Operand> inputs = new ArrayList<>();
        for (int i = 0; i < n.inputs().size(); i++) {
            inputs.add(n.has(i) ? places.get(n.inputs().get(i)) : ABSENT);
        }
        if (isAlias(n)) {
            Operand same = inputs.get(0).as(n.output().type());
            places.put(n.output().name(), same);
            return;
        }
        if (StoredWeights.is(n, inputs)) {
            places.put(n.output().name(), StoredWeights.real(n, inputs.get(0)));
            return;
        }
        int step = steps.size() + 1;
        inputs.forEach(o -> touch(o, step));
        List<Scratch> scratch = new ArrayList<>();
        Preparation.Workspace workspace = workspace(step, scratch);
        Optional<Node> next =
                next(n, new Preparation(n, Optional.empty(), inputs, List.of(), micro, workspace));
        next.ifPresent(done::add);
        List<Operand> outputs = new ArrayList<>();
        next.orElse(n).outputs().forEach(v -> outputs.add(place(v, step)));
        Kernel kernel =
                Kernels.prepare(new Preparation(n, next, inputs, outputs, micro, workspace));
        if (kernel instanceof ReferenceStep r) {
            onReference(n, r.why());
        }
        steps.add(
                new Step(
                        title(n),
                        n.name(),
                        kernel,
                        parts(kernel),
                        List.copyOf(inputs),
                        List.copyOf(outputs),
                        List.copyOf(scratch)));
    }

    /** The node whose work the kernel of a node does too. */
    private Optional<Node> next(Node n, Preparation p) {
        if (options.keepAll() || n.outputs().size() != 1 || graph.isKept(n.name())) {
            return Optional.empty();
        }
        return graph.soleConsumer(n.name())
                .filter(m -> m.inputs().equals(List.of(n.name())))
                .filter(m -> Kernels.takes(p, m));
    }

    private int parts(Kernel kernel) {
        long worthy = Math.min(kernel.pieces(), kernel.work() / workOfAPart);
        return (int) Math.max(1, Math.min(options.threads(), worthy));
    }

    private Preparation.Workspace workspace(int step, List<Scratch> given) {
        return new Preparation.Workspace() {
            @Override
            public Scratch scratch(Storage storage, int size) {
                int total = Math.multiplyExact(size, options.threads());
                Scratch s = new Scratch(lifetimes.add(storage, total, step), size);
                given.add(s);
                return s;
            }

            @Override
            public void accumulators(Storage storage, int... sizes) {
                rows.merge(storage, Ints.of(sizes), PlanBuilder::larger);
            }

            @Override
            public Packs packs() {
                return packs;
            }

            @Override
            public Nested nested(Graph g, Set<Integer> kept) {
                return inside(g, kept);
            }
        };
    }

    /** Plans a graph inside of an operator; it runs on one thread. */
    private Nested inside(Graph g, Set<Integer> kept) {
        PlanOptions alone = options.withThreads(1).withKeepAll(false);
        Plan plan = new PlanBuilder(g, alone, workOfAPart, kept, packs).build();
        inner.add(plan.layout());
        plan.referenceNodes().forEach((name, why) -> reference.put(g.name() + "/" + name, why));
        return new Nested(
                inner.size() - 1,
                g.inputs().stream().map(v -> plan.place(v.name()).orElseThrow()).toList(),
                g.outputs().stream().map(name -> plan.place(name).orElseThrow()).toList(),
                plan.steps().stream().map(Step::kernel).toList());
    }

    /** The larger number at each place. */
    private static Ints larger(Ints a, Ints b) {
        int[] all = new int[Math.max(a.size(), b.size())];
        for (int i = 0; i < all.length; i++) {
            all[i] = Math.max(i < a.size() ? a.at(i) : 0, i < b.size() ? b.at(i) : 0);
        }
        return Ints.of(all);
    }

    private void onReference(Node n, String why) {
        String op = OpSet.standard().name(n.op());
        if (options.strict()) {
            throw new UnsupportedOpException(
                    op,
                    n.name(),
                    "it has only a reference kernel here (" + why + "); plan without strict");
        }
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> op + " " + n.name() + " runs the reference kernel: " + why);
        reference.put(n.name(), why);
    }

    static String title(Node n) {
        StringBuilder s = new StringBuilder();
        for (Value v : n.outputs()) {
            s.append(s.length() == 0 ? "" : ", ").append(v.name());
        }
        s.append(" = ").append(OpSet.standard().name(n.op())).append('(');
        return s.append(String.join(", ", n.inputs())).append(')').toString();
    }
}

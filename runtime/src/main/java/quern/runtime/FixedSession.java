package quern.runtime;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.Quantization;
import quern.graph.Graph;
import quern.graph.State;
import quern.graph.Value;
import quern.reference.ReferenceInterpreter;
import quern.runtime.arena.Arena;
import quern.runtime.kernel.Operand;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Runs one plan: owns its arena and, for more than one thread, a pool of threads. */
final class FixedSession implements AutoCloseable {
    private final Plan plan;
    private final Arena arena;
    private final Step[] steps;
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Tensor> outputs = new ArrayList<>();
    private final List<Tensor> states = new ArrayList<>();
    private final List<Tensor> initialStates = new ArrayList<>();
    private final WorkerPool pool;
    private boolean closed;

    FixedSession(Plan plan) {
        this.plan = plan;
        this.arena = new Arena(plan.layout());
        this.steps = plan.steps().toArray(new Step[0]);
        this.pool = new WorkerPool(arena, plan.threads());
        Graph graph = plan.graph();
        graph.inputs().forEach(v -> inputs.add(view(v.name())));
        graph.outputs().forEach(name -> outputs.add(view(name)));
        for (State s : graph.states()) {
            states.add(plan.carried(s).view(arena));
            initialStates.add(
                    graph.constant(s.initial())
                            .orElseGet(() -> ReferenceInterpreter.zero(s.value().type())));
        }
        resetState();
    }

    Plan plan() {
        return plan;
    }

    /** Input {@code i} in the arena: to be filled before {@link #run()}. */
    Tensor input(int i) {
        if (i < 0 || i >= inputs.size()) {
            throw new IllegalArgumentException(
                    "input " + i + " of a graph with " + inputs.size() + " inputs");
        }
        return inputs.get(i);
    }

    /** The input with this name in the arena. */
    Tensor input(String name) {
        List<Value> declared = plan.graph().inputs();
        for (int i = 0; i < declared.size(); i++) {
            if (declared.get(i).name().equals(name)) {
                return inputs.get(i);
            }
        }
        throw new IllegalArgumentException(
                "the graph has no input "
                        + name
                        + "; its inputs are "
                        + declared.stream().map(Value::name).toList());
    }

    /** Output {@code i} in the arena: what the last run computed, until the next run. */
    Tensor output(int i) {
        if (i < 0 || i >= outputs.size()) {
            throw new IllegalArgumentException(
                    "output " + i + " of a graph with " + outputs.size() + " outputs");
        }
        return outputs.get(i);
    }

    /**
     * Any value after a run: a constant, an output or, on a plan with {@link
     * PlanOptions#keepAll()}, whatever the graph computes. States are seen as the run read them.
     */
    Tensor value(String name) {
        Operand place =
                plan.place(name)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "the graph has no value " + name));
        boolean readable =
                place.isConstant()
                        || plan.options().keepAll()
                        || plan.graph().outputs().contains(name);
        if (!readable) {
            throw new IllegalArgumentException(
                    "value " + name + " is not kept after a run; plan with keepAll");
        }
        return view(name);
    }

    /** Runs every step once on what the inputs hold, and renews the states. */
    void run() {
        requireOpen();
        for (Step step : steps) {
            run(step);
        }
    }

    /** Runs as {@link #run()} does and says how long each step took, in order. */
    List<StepTime> profile() {
        requireOpen();
        List<StepTime> times = new ArrayList<>(steps.length);
        for (Step step : steps) {
            long start = System.nanoTime();
            run(step);
            long nanos = System.nanoTime() - start;
            times.add(new StepTime(step.node(), step.kernel().name(), nanos));
        }
        return times;
    }

    private void run(Step step) {
        if (step.parts() == 1) {
            step.kernel().run(arena, 0, 1);
        } else {
            pool.run(step.kernel(), step.parts());
        }
    }

    /**
     * Runs on copies of the given tensors and returns copies of the outputs, both in the graph's
     * order.
     *
     * @param values each of its input's type, or with the input's element type and no quantization;
     *     for a quantized input also F32, which is quantized by the input's scale and the graph's
     *     rounding mode
     * @throws ShapeException if the number of inputs or a type is wrong
     */
    List<Tensor> run(Tensor... values) {
        requireOpen();
        if (values.length != inputs.size()) {
            throw new ShapeException(
                    plan.graph().name(),
                    "the graph takes " + inputs.size() + " inputs, not " + values.length);
        }
        for (int i = 0; i < values.length; i++) {
            fill(plan.graph().inputs().get(i).name(), inputs.get(i), values[i]);
        }
        run();
        return outputs.stream().map(Tensor::copy).toList();
    }

    private void fill(String name, Tensor input, Tensor value) {
        TensorType type = input.type();
        boolean sameShape = type.shape().equals(value.shape());
        boolean sameCodes =
                type.dtype() == value.dtype()
                        && (!value.type().isQuantized()
                                || type.quant().equals(value.type().quant()));
        if (sameShape && sameCodes) {
            copy(value, input);
        } else if (sameShape
                && value.dtype() == DType.F32
                && type.quant() instanceof Quant.PerTensor q) {
            for (int i = 0; i < value.elements(); i++) {
                input.setInteger(
                        i,
                        Quantization.quantize(
                                value.real(i),
                                q.scale(),
                                q.zeroPoint(),
                                type.codeMin(),
                                type.codeMax(),
                                plan.graph().rounding()));
            }
        } else {
            throw new ShapeException(
                    "input " + name, "it must be " + type + ", not " + value.type());
        }
    }

    private static void copy(Tensor from, Tensor to) {
        int slots = Tensor.slots(to.dtype(), to.elements());
        System.arraycopy(from.array(), from.offset(), to.array(), to.offset(), slots);
    }

    /** Puts every state back to its first content. */
    void resetState() {
        for (int i = 0; i < states.size(); i++) {
            copy(initialStates.get(i), states.get(i));
        }
    }

    /** Ends the threads of the session; a closed session cannot run. */
    @Override
    public void close() {
        closed = true;
        pool.close();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
    }

    private Tensor view(String name) {
        Operand place = plan.place(name).orElseThrow();
        return place.isConstant() ? place.constant().copy() : place.view(arena);
    }
}

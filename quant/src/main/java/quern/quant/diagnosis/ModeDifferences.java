package quern.quant.diagnosis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.OpSet;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Tensor;

/**
 * What changes in a model if its integer operators round in another mode: element by element, both
 * graphs run on the same samples. Codes are compared as integers, floats by their bits, each NaN
 * alike. Used by one thread.
 */
public final class ModeDifferences implements AutoCloseable {
    /**
     * A value of both graphs.
     *
     * @param name of the value
     * @param op what makes it, or {@code input}
     * @param elements of all samples
     * @param changed those that differ
     * @param largest the largest difference, in codes, or in real units if the value has none
     * @param started samples in which it differs and all that it is made of is the same
     */
    public record Layer(
            String name, String op, long elements, long changed, double largest, long started) {}

    private static final class Count {
        private final Value value;
        private final String op;
        private final List<String> madeOf;
        private long elements;
        private long changed;
        private double largest;
        private long started;

        Count(Value value, String op, List<String> madeOf) {
            this.value = value;
            this.op = op;
            this.madeOf = madeOf;
        }

        /** Whether the two differ. */
        boolean add(Tensor x, Tensor y) {
            elements += x.elements();
            boolean real = x.dtype().isFloat();
            long before = changed;
            for (int i = 0; i < x.elements(); i++) {
                double d = real ? distance(x.real(i), y.real(i)) : gap(x, y, i);
                if (d != 0) {
                    changed++;
                    largest = Math.max(largest, d);
                }
            }
            return changed > before;
        }

        private static double gap(Tensor x, Tensor y, int i) {
            return Math.abs((double) x.integer(i) - y.integer(i));
        }

        private static double distance(float a, float b) {
            if (Float.floatToIntBits(a) == Float.floatToIntBits(b)) {
                return 0;
            }
            double d = Math.abs((double) a - b);
            return d > 0 ? d : Double.isNaN(d) ? Double.POSITIVE_INFINITY : Double.MIN_VALUE;
        }
    }

    private final Session own;
    private final Session other;
    private final List<Count> counts = new ArrayList<>();
    private long samples;

    private ModeDifferences(Session own, Session other) {
        this.own = own;
        this.other = other;
    }

    /**
     * Prepares two graphs of static shapes of one model; values that only one of them has are left
     * out.
     *
     * @param own the graph in its own mode
     * @param other the same model in another mode
     * @param options tier and threads, which change no bit
     */
    public static ModeDifferences of(Graph own, Graph other, PlanOptions options) {
        Session first = Session.open(own, options.withKeepAll(true));
        try {
            Session second = Session.open(other, options.withKeepAll(true));
            ModeDifferences all = new ModeDifferences(first, second);
            own.inputs().forEach(v -> all.take(v, "input", List.of(), other));
            for (Node n : own.nodes()) {
                String op = OpSet.standard().name(n.op());
                n.outputs().forEach(v -> all.take(v, op, n.inputs(), other));
            }
            return all;
        } catch (RuntimeException e) {
            first.close();
            throw e;
        }
    }

    private void take(Value v, String op, List<String> madeOf, Graph other) {
        boolean both =
                other.has(v.name())
                        && other.constant(v.name()).isEmpty()
                        && other.type(v.name()).shape().equals(v.type().shape())
                        && other.type(v.name()).dtype() == v.type().dtype()
                        && v.type().dtype() != DType.F64;
        if (both) {
            counts.add(new Count(v, op, List.copyOf(madeOf)));
        }
    }

    /**
     * Runs both from fresh state.
     *
     * @param inputs of the graph in its own mode
     * @param otherInputs the same sample for the other graph, whose codes its mode may round
     *     otherwise
     * @return the outputs of both, valid until the next run
     */
    public List<List<Tensor>> add(List<Tensor> inputs, List<Tensor> otherInputs) {
        own.resetState();
        other.resetState();
        List<Tensor> first = own.run(inputs.toArray(Tensor[]::new));
        List<Tensor> second = other.run(otherInputs.toArray(Tensor[]::new));
        Set<String> differ = new HashSet<>();
        for (Count c : counts) {
            String name = c.value.name();
            if (c.add(own.value(name), other.value(name))) {
                differ.add(name);
                c.started += c.madeOf.stream().noneMatch(differ::contains) ? 1 : 0;
            }
        }
        samples++;
        return List.of(first, second);
    }

    /** How many samples were run. */
    public long samples() {
        return samples;
    }

    /** All values, in the order of the graph. */
    public List<Layer> layers() {
        return counts.stream()
                .map(
                        c ->
                                new Layer(
                                        c.value.name(),
                                        c.op,
                                        c.elements,
                                        c.changed,
                                        c.largest,
                                        c.started))
                .toList();
    }

    /** The first value in the order of the graph that differs in any sample. */
    public Optional<Layer> first() {
        return layers().stream().filter(l -> l.started() > 0).findFirst();
    }

    @Override
    public void close() {
        own.close();
        other.close();
    }
}

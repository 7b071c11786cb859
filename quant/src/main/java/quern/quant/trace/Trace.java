package quern.quant.trace;

import java.util.List;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.runtime.Plan;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.Tensor;

/** A graph that runs with every value kept. Used by one thread. */
public final class Trace implements AutoCloseable {
    private final Session session;

    private Trace(Session session) {
        this.session = session;
    }

    /** Prepares a graph of static shapes. */
    public static Trace of(Graph graph) {
        return new Trace(Session.open(Plan.of(graph, PlanOptions.defaults().withKeepAll(true))));
    }

    /**
     * Runs the graph from fresh state.
     *
     * @param sample the inputs in the graph's order; F32 for quantized inputs too
     * @param what names the sample in messages
     * @throws FormatException if the sample does not fit the inputs
     */
    public void run(List<Tensor> sample, String what) {
        session.resetState();
        try {
            session.run(sample.toArray(new Tensor[0]));
        } catch (FormatException e) {
            throw e.within(what);
        }
    }

    /** A value of the last run; overwritten by the next. */
    public Tensor value(String name) {
        return session.value(name);
    }

    @Override
    public void close() {
        session.close();
    }
}

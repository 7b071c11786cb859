package quern.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import quern.graph.Graph;
import quern.reference.ReferenceInterpreter;
import quern.tensor.Tensor;

/** Graphs of many nodes give the bits of the reference interpreter, run after run. */
class RandomGraphTest {
    private static final int RUNS = 3;

    @Property(seed = "31", tries = 500)
    void equalTheReferenceInMemoryThatIsUsedAgain(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int nodes) {
        Graph graph = RandomGraph.of(seed, nodes);
        List<List<Tensor>> expected = expected(graph, seed);
        for (int threads : new int[] {1, 3}) {
            Plan plan = Equality.plan(graph, threads);
            try (Session session = Session.open(plan)) {
                for (int run = 0; run < RUNS; run++) {
                    List<Tensor> inputs = RandomGraph.inputs(graph, seed + run);
                    Equality.same(
                            plan + "run " + run,
                            expected.get(run),
                            session.run(inputs.toArray(new Tensor[0])));
                }
            }
        }
    }

    private static List<List<Tensor>> expected(Graph graph, long seed) {
        ReferenceInterpreter reference = new ReferenceInterpreter(graph);
        List<List<Tensor>> expected = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            expected.add(reference.run(RandomGraph.inputs(graph, seed + run)));
        }
        return expected;
    }

    @Property(seed = "32", tries = 200)
    void keepAllKeepsEveryValue(@ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int nodes) {
        Graph graph = RandomGraph.of(seed, nodes);
        ReferenceInterpreter reference = new ReferenceInterpreter(graph);
        PlanOptions options = PlanOptions.defaults().withKeepAll(true);
        try (Session session = Session.open(Plan.of(graph, options))) {
            for (int run = 0; run < RUNS; run++) {
                List<Tensor> inputs = RandomGraph.inputs(graph, seed + run);
                Map<String, Tensor> expected = reference.runAll(inputs);
                session.run(inputs.toArray(new Tensor[0]));
                expected.forEach(
                        (name, tensor) ->
                                Equality.same(name, List.of(tensor), List.of(session.value(name))));
            }
        }
    }
}

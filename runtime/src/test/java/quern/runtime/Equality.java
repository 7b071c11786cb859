package quern.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Tensor;

/** Compares what a plan computes with the reference interpreter, to the bit. */
final class Equality {
    private Equality() {}

    /** Equal outputs for each of the thread counts, or the same kind of refusal. */
    static void check(String name, Graph graph, List<Tensor> inputs, int... threads) {
        List<Tensor> expected;
        try {
            expected = new ReferenceInterpreter(graph).run(inputs);
        } catch (FormatException e) {
            for (int n : threads) {
                assertThrows(e.getClass(), () -> run(graph, inputs, n), name);
            }
            return;
        }
        for (int n : threads) {
            same(name + ", threads " + n, expected, run(graph, inputs, n));
        }
    }

    /** A plan that splits even the smallest kernels between the threads. */
    static Plan plan(Graph graph, int threads) {
        return Plan.of(graph, PlanOptions.defaults().withThreads(threads), 1);
    }

    private static List<Tensor> run(Graph graph, List<Tensor> inputs, int threads) {
        try (Session session = Session.open(plan(graph, threads))) {
            return session.run(inputs.toArray(new Tensor[0]));
        }
    }

    static void same(String name, List<Tensor> expected, List<Tensor> actual) {
        assertEquals(expected.size(), actual.size(), name);
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).equals(actual.get(i))) {
                assertEquals(words(expected.get(i)), words(actual.get(i)), name + ", output " + i);
            }
        }
    }

    /** The elements in a form whose difference can be read. */
    private static List<String> words(Tensor t) {
        List<String> words = new ArrayList<>();
        words.add(t.type().toString());
        for (int i = 0; i < t.elements(); i++) {
            words.add(
                    t.dtype() == DType.F32
                            ? t.real(i) + "/" + Integer.toHexString(Float.floatToIntBits(t.real(i)))
                            : Long.toString(t.integer(i)));
        }
        return words;
    }
}

package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Op;
import quern.op.OpSet;
import quern.reference.ReferenceInterpreter;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** What tests of rewrites ask of a graph and its rewritten form. */
final class Rewritten {
    private Rewritten() {}

    /** Names of the operators in order. */
    static List<String> ops(Graph g) {
        return g.nodes().stream().map(Node::op).map(OpSet.standard()::name).toList();
    }

    static List<Tensor> run(Graph g, List<Tensor> inputs) {
        return new ReferenceInterpreter(g).run(inputs);
    }

    /** Same inputs and outputs, and the same bits from the same inputs. */
    static void assertSameBits(Graph before, Graph after, List<Tensor> inputs) {
        assertSameBorder(before, after);
        assertEquals(run(before, inputs), run(after, inputs));
    }

    /** Inputs, outputs and states of the same names and types. */
    static void assertSameBorder(Graph before, Graph after) {
        assertEquals(before.inputs(), after.inputs());
        assertEquals(before.outputs(), after.outputs());
        assertEquals(types(before), types(after));
        assertEquals(
                before.states().stream().map(s -> s.value()).toList(),
                after.states().stream().map(s -> s.value()).toList());
        assertEquals(before.metadata(), after.metadata());
    }

    private static List<Value> types(Graph g) {
        return g.outputs().stream().map(o -> new Value(o, g.type(o))).toList();
    }

    /** {@code |a - b| <= relative * magnitude} for each element. */
    static void assertClose(Tensor a, Tensor b, double relative, Tensor magnitude) {
        assertEquals(a.type(), b.type());
        for (int i = 0; i < a.elements(); i++) {
            double error = Math.abs((double) a.real(i) - b.real(i));
            int at = i;
            assertTrue(
                    error <= relative * magnitude.real(i),
                    () -> "element " + at + " is " + a.real(at) + " and " + b.real(at));
        }
    }

    static Tensor reals(long seed, int... dims) {
        Random random = new Random(seed);
        Tensor t = Tensor.zeros(TensorType.f32(dims));
        for (int i = 0; i < t.elements(); i++) {
            t.floats()[i] = (float) random.nextGaussian();
        }
        return t;
    }

    /** All codes from the smallest on. */
    static Tensor ramp(TensorType type) {
        Tensor t = Tensor.zeros(type);
        long count = (long) type.codeMax() - type.codeMin() + 1;
        for (int i = 0; i < t.elements(); i++) {
            t.setInteger(i, type.codeMin() + i % count);
        }
        return t;
    }

    static Tensor floats(float... values) {
        return Tensor.of(Shape.of(values.length), values);
    }

    /** Every number without its sign. */
    static Tensor magnitude(Tensor t) {
        Tensor m = t.copy();
        for (int i = 0; i < m.elements(); i++) {
            m.floats()[i] = Math.abs(m.floats()[i]);
        }
        return m;
    }

    /** The only node of an operator. */
    static Node only(Graph g, Class<? extends Op> type) {
        List<Node> all = g.nodes().stream().filter(n -> type.isInstance(n.op())).toList();
        assertEquals(1, all.size(), () -> "nodes of " + type.getSimpleName() + " in " + ops(g));
        return all.get(0);
    }
}

package quern.op.control;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.graph.Graph;
import quern.graph.Value;
import quern.op.OpInputs;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** What operators with graphs inside have in common. */
final class Control {
    private Control() {}

    static void requireNoState(Graph g, String what) {
        if (!g.states().isEmpty()) {
            throw new ShapeException(what + " must not carry state from run to run");
        }
    }

    static List<TensorType> inputs(Graph g) {
        return g.inputs().stream().map(Value::type).toList();
    }

    static List<TensorType> outputs(Graph g) {
        return g.outputs().stream().map(g::type).toList();
    }

    /**
     * The type of a value that may have either type: dimensions that differ are unknown.
     *
     * @throws ShapeException if they differ in more than dimensions
     */
    static TensorType general(TensorType a, TensorType b, String what) {
        if (a.dtype() != b.dtype()
                || !a.quant().equals(b.quant())
                || a.shape().rank() != b.shape().rank()
                || a.dtype().isPacked()) {
            throw new ShapeException(
                    what + " may be " + a + " or " + b + ", which is too different");
        }
        List<String> words = new ArrayList<>(a.shape().words());
        for (int axis = 0; axis < words.size(); axis++) {
            if (!words.get(axis).equals(b.shape().word(axis))) {
                words.set(axis, Shape.UNKNOWN);
            }
        }
        return a.withShape(Shape.of(words));
    }

    /** One BOOL decides. */
    static void condition(TensorType type) {
        if (type.dtype() != DType.BOOL
                || !type.shape().isStatic()
                || type.shape().elements() != 1) {
            throw new ShapeException("the condition must be one BOOL, not " + type);
        }
    }

    /** The node's inputs from {@code first} on are what the graph inside takes. */
    static void fits(List<TensorType> expected, OpInputs in, int first) {
        if (in.size() - first != expected.size()) {
            throw new ShapeException(
                    "the graph inside takes "
                            + expected.size()
                            + " values, not "
                            + (in.size() - first));
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!in.has(first + i)) {
                throw new ShapeException("value " + i + " is missing");
            }
            if (!expected.get(i).equals(in.type(first + i))) {
                throw new ShapeException(
                        "value "
                                + i
                                + " of the graph inside is "
                                + expected.get(i)
                                + ", not "
                                + in.type(first + i));
            }
        }
    }
}

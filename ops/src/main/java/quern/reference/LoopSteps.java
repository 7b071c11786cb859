package quern.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import quern.error.ShapeException;
import quern.graph.Node;
import quern.op.control.Loop;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The repetitions of a {@link Loop}. */
public final class LoopSteps {
    private LoopSteps() {}

    /**
     * The outputs of a loop.
     *
     * @param inputs in the node's order; what stands for an absent one plays no part
     * @param body runs the loop's body
     */
    public static List<Tensor> run(
            Node node, List<Tensor> inputs, Function<List<Tensor>, List<Tensor>> body) {
        Loop op = (Loop) node.op();
        long most = node.has(0) ? inputs.get(0).integer(0) : Long.MAX_VALUE;
        boolean on = !node.has(1) || inputs.get(1).integer(0) != 0;
        int first = Loop.FIRST + op.variables();
        List<Tensor> variables = new ArrayList<>(inputs.subList(Loop.FIRST, first));
        List<List<Tensor>> collected = new ArrayList<>();
        for (long i = 0; i < most && on; i++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("loop " + node.name() + " was interrupted");
            }
            List<Tensor> in = new ArrayList<>();
            in.add(one(DType.S64, i));
            in.add(one(DType.BOOL, 1));
            in.addAll(variables);
            in.addAll(inputs.subList(first, inputs.size()));
            List<Tensor> out = body.apply(in);
            on = out.get(0).integer(0) != 0;
            variables = out.subList(1, 1 + op.variables());
            collected.add(out.subList(1 + op.variables(), out.size()));
        }
        List<Tensor> results = new ArrayList<>(variables);
        for (int k = 0; k < op.collected(); k++) {
            int value = k;
            TensorType type = node.outputs().get(op.variables() + k).type();
            List<Tensor> parts = collected.stream().map(c -> c.get(value)).toList();
            results.add(stacked(node, type, parts));
        }
        return results;
    }

    private static Tensor one(DType dtype, long value) {
        Tensor t = Tensor.zeros(TensorType.of(dtype, Shape.of()));
        t.setInteger(0, value);
        return t;
    }

    private static Tensor stacked(Node node, TensorType type, List<Tensor> parts) {
        int[] dims = new int[type.shape().rank()];
        dims[0] = parts.size();
        for (int axis = 1; axis < dims.length; axis++) {
            boolean open = type.shape().isSymbolic(axis);
            dims[axis] =
                    !parts.isEmpty()
                            ? parts.get(0).shape().dim(axis - 1)
                            : open ? 0 : type.shape().dim(axis);
        }
        Tensor all = Tensor.zeros(type.withShape(Shape.of(dims)));
        int at = 0;
        for (Tensor part : parts) {
            if (!part.shape().equals(parts.get(0).shape())) {
                throw new ShapeException(
                        node.name(),
                        "repetitions collect "
                                + parts.get(0).shape()
                                + " and "
                                + part.shape()
                                + ", which cannot be stacked");
            }
            System.arraycopy(part.array(), part.offset(), all.array(), at, part.elements());
            at += part.elements();
        }
        return all;
    }
}

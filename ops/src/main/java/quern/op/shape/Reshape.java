package quern.op.shape;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * The same elements under another shape.
 *
 * @param shape the new dimensions; at most one is -1 and takes what remains
 */
public record Reshape(Ints shape) implements Op {
    public Reshape {
        if (shape.stream().anyMatch(d -> d < -1)
                || shape.stream().filter(d -> d == -1).count() > 1) {
            throw new ShapeException(
                    "a reshape to " + shape + " has a negative dimension other than one -1");
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        int[] dims = shape.toArray();
        int open = -1;
        long known = 1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == -1) {
                open = i;
            } else {
                known = Math.min(known * dims[i], Integer.MAX_VALUE);
            }
        }
        if (open >= 0 && x.shape().isStatic()) {
            dims[open] = known == 0 ? 0 : (int) (x.shape().elements() / known);
        } else if (open >= 0) {
            String[] words =
                    shape.stream()
                            .mapToObj(d -> d == -1 ? Shape.UNKNOWN : Integer.toString(d))
                            .toArray(String[]::new);
            return List.of(moved(x, Shape.of(List.of(words))));
        }
        Shape out = Shape.of(dims);
        if (x.shape().isStatic() && out.elements() != x.shape().elements()) {
            throw new ShapeException(
                    "a tensor of shape " + x.shape() + " cannot be reshaped to " + shape);
        }
        return List.of(moved(x, out));
    }

    private static TensorType moved(TensorType x, Shape shape) {
        if (x.channels() > 1 || x.dtype().isPacked()) {
            throw new ShapeException(
                    "only tensors with one scale and whole bytes can be reshaped, not " + x);
        }
        return x.withShape(shape);
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameFormat(in.type(0), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {
        a.put("shape", shape);
    }

    /** Restores what {@link #write} wrote. */
    public static Reshape read(Attributes a) {
        return new Reshape(a.ints("shape"));
    }
}

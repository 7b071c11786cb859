package quern.op.shape;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Axes in another order: axis {@code i} of the output is axis {@code permutation[i]} of the input.
 *
 * @param permutation each axis once
 */
public record Transpose(Ints permutation) implements Op {
    public Transpose {
        int n = permutation.size();
        if (permutation.stream().filter(a -> a >= 0 && a < n).distinct().count() != n) {
            throw new ShapeException(permutation + " is not a permutation of axes");
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        if (x.shape().rank() != permutation.size()) {
            throw new ShapeException(
                    "permutation " + permutation + " does not fit shape " + x.shape());
        }
        List<String> words = new ArrayList<>();
        for (int i = 0; i < permutation.size(); i++) {
            words.add(x.shape().word(permutation.at(i)));
        }
        Shape shape = Shape.of(words);
        if (x.quant() instanceof Quant.PerChannel p) {
            int axis = permutation.stream().boxed().toList().indexOf(p.axis());
            Quant moved = new Quant.PerChannel(axis, p.scales(), p.zeroPoints(), p.bits());
            return List.of(new TensorType(x.dtype(), shape, moved));
        }
        if (x.quant() instanceof Quant.PerBlock) {
            throw new ShapeException("a tensor with block scales cannot be transposed: " + x);
        }
        return List.of(x.withShape(shape));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameFormat(in.type(0), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {
        a.put("permutation", permutation);
    }

    /** Restores what {@link #write} wrote. */
    public static Transpose read(Attributes a) {
        return new Transpose(a.ints("permutation"));
    }
}

package quern.op.nn;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Products of matrices, the last two axes of two operands: {@code y[..,m,n] = sum_k a[..,m,k] *
 * b[..,k,n]}; the leading axes broadcast as numpy does.
 *
 * @param transposeA matrices of the first operand are stored as [k, m]
 * @param transposeB matrices of the second operand are stored as [n, k]
 */
public record BatchMatmul(boolean transposeA, boolean transposeB) implements Op {
    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TypeRules.sameFamily16(in.type(0), in.type(1), "the operands of a matrix product");
        Shape a = in.type(0).shape();
        Shape b = in.type(1).shape();
        if (a.rank() < 2 || b.rank() < 2) {
            throw new ShapeException("a matrix product needs matrices, not " + a + " and " + b);
        }
        int inA = a.rank() - (transposeA ? 2 : 1);
        int inB = b.rank() - (transposeB ? 1 : 2);
        boolean known = !a.isSymbolic(inA) && !b.isSymbolic(inB);
        if (known && a.dim(inA) != b.dim(inB)) {
            throw new ShapeException("matrices do not fit: " + a + " and " + b + " in " + this);
        }
        List<String> words = new ArrayList<>(Shape.broadcast(leading(a), leading(b)).words());
        words.add(a.word(a.rank() - (transposeA ? 1 : 2)));
        words.add(b.word(b.rank() - (transposeB ? 2 : 1)));
        return List.of(TypeRules.open(in.type(0), Shape.of(words)));
    }

    private static Shape leading(Shape shape) {
        return Shape.of(shape.words().subList(0, shape.rank() - 2));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputOrSums(in.type(0), outputs.get(0), false);
    }

    @Override
    public long macs(OpInputs in, List<TensorType> outputs) {
        Shape a = in.type(0).shape();
        long depth = a.dim(a.rank() - (transposeA ? 2 : 1));
        return Math.multiplyExact(outputs.get(0).shape().elements(), depth);
    }

    @Override
    public boolean makesSums() {
        return true;
    }

    @Override
    public void write(Attributes a) {
        if (transposeA) {
            a.put("transpose_a", true);
        }
        if (transposeB) {
            a.put("transpose_b", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static BatchMatmul read(Attributes a) {
        return new BatchMatmul(a.flag("transpose_a", false), a.flag("transpose_b", false));
    }
}

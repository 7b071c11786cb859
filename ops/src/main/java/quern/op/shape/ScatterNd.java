package quern.op.shape;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Input 0 with parts replaced by those of input 2, of the same type, or with those added to it.
 * Input 1 tells each part's place as in {@link GatherNd}. Parts are taken one after another in
 * row-major order: of several for one place the last one replaces, and all are added. An index
 * without an element is an error of the run.
 *
 * <p>What is added is F32 or an integer (modulo its width) without quantization, or BOOL (or).
 *
 * @param add add instead of replace
 */
public record ScatterNd(boolean add) implements Moving {
    @Override
    public Arity arity() {
        return Arity.of(3);
    }

    @Override
    public Shape move(OpInputs in) {
        TensorType x = in.type(0);
        TypeRules.sameQuant(x, in.type(2));
        boolean sums = x.dtype() == DType.F32 || x.dtype().isInteger() || x.dtype() == DType.BOOL;
        if (add && (x.isQuantized() || !sums)) {
            throw new ShapeException("elements of " + x + " cannot be added to each other");
        }
        int depth = GatherNd.depth(in.type(1));
        List<String> words = in.type(1).shape().words();
        words.remove(words.size() - 1);
        boolean fits = depth <= x.shape().rank();
        List<String> all = new ArrayList<>(words);
        all.addAll(x.shape().words().subList(fits ? depth : 0, x.shape().rank()));
        if (!fits || !Shape.of(all).accepts(in.type(2).shape())) {
            throw new ShapeException(
                    "indices of shape "
                            + in.type(1).shape()
                            + " and updates of shape "
                            + in.type(2).shape()
                            + " do not fit shape "
                            + x.shape());
        }
        return x.shape();
    }

    @Override
    public void write(Attributes a) {
        if (add) {
            a.put("add", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static ScatterNd read(Attributes a) {
        return new ScatterNd(a.flag("add", false));
    }
}
